using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Hosting;

/// <summary>One line a message: the app's information, and warnings of everything else.</summary>
internal static class ConsoleLogging
{
    public static void Add(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        foreach (var category in (string[])["Microsoft", "System", "Azure"])
        {
            logging.AddFilter(category, LogLevel.Warning);
        }

        // It logs why a start failed with its stack trace; StartupFailures says the same in a line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
