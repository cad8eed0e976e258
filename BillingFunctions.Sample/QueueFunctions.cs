using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Sample;

public sealed partial class QueueFunctions(ILogger<QueueFunctions> logger)
{
    /// <summary>Logs the message, or fails if it says so.</summary>
    [Function("Read")]
    public void Read([QueueTrigger("sample", Connection = "BillingStorage")] string message)
    {
        if (message == "fail")
        {
            throw new InvalidOperationException("As it is meant to.");
        }

        Log.Read(logger, message);
    }

    /// <summary>Logs that it ran.</summary>
    [Function("Tick")]
    public void Tick([TimerTrigger("%Sample:Schedule%")] TimerInfo timer) => Log.Tick(logger, timer.IsPastDue);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Read {Text}.")]
        public static partial void Read(ILogger logger, string text);

        [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Tick, past due: {IsPastDue}.")]
        public static partial void Tick(ILogger logger, bool isPastDue);
    }
}
