using System.Collections.Concurrent;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>Writes what the worker logs under the worker's own categories; the real host has the function's in their place.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();

    public void Write(RpcLog entry)
    {
        var logger = _loggers.GetOrAdd(entry.Category is { Length: > 0 } category ? category : "Worker", loggers.CreateLogger);
        var level = (LogLevel)(int)entry.Level;
        if (logger.IsEnabled(level))
        {
            var exception = entry.Exception is { } thrown ? $"\n{thrown.Type}: {thrown.Message}\n{thrown.StackTrace}" : "";
#pragma warning disable CA1848, CA2254 // The worker has formatted the text already
            logger.Log(level, "{Message}", entry.Message + exception);
#pragma warning restore CA1848, CA2254
        }
    }
}
