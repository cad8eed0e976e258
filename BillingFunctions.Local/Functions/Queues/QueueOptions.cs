using Azure.Storage.Queues;
using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The queues' share of host.json (<c>extensions.queues</c>).</summary>
internal sealed record QueueOptions
{
    /// <summary>How many messages to fetch at once, 1 to 32.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>A function's messages are fetched when no more than this many of them are being worked on.</summary>
    public int NewBatchThreshold { get; init; } = 8 * Environment.ProcessorCount;

    /// <summary>How often a message is tried before it goes to the poison queue, at least 1.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a message whose function failed is hidden before its next try.</summary>
    public TimeSpan VisibilityTimeout { get; init; }

    /// <summary>The longest pause between two looks into an empty queue, at least 100 ms.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How all messages of the app's triggers and outputs are written.</summary>
    public QueueMessageEncoding MessageEncoding { get; init; } = QueueMessageEncoding.Base64;

    /// <summary>How long a message stays hidden without a sign of life from its function; no setting, but tests are impatient.</summary>
    public TimeSpan Hidden { get; init; } = TimeSpan.FromMinutes(10);

    /// <exception cref="StartupException">A value is not allowed.</exception>
    public static QueueOptions Read(HostJson hostJson)
    {
        var settings = hostJson.Extension("queues");
        var defaults = new QueueOptions();
        var batchSize = Value(settings, "batchSize", defaults.BatchSize, value => value is >= 1 and <= 32, "1 to 32");
        return new QueueOptions
        {
            BatchSize = batchSize,
            NewBatchThreshold = Value(
                settings, "newBatchThreshold", batchSize / 2 * Environment.ProcessorCount, value => value >= 0, "0 or more"),
            MaxDequeueCount = Value(settings, "maxDequeueCount", defaults.MaxDequeueCount, value => value >= 1, "1 or more"),
            VisibilityTimeout = Value(
                settings, "visibilityTimeout", defaults.VisibilityTimeout, value => value >= TimeSpan.Zero && value <= TimeSpan.FromDays(7), "a time up to 7 days"),
            MaxPollingInterval = Value(
                settings, "maxPollingInterval", defaults.MaxPollingInterval, value => value >= PollingDelay.Shortest, "a time from 100 ms"),
            MessageEncoding = Value(settings, "messageEncoding", defaults.MessageEncoding, Enum.IsDefined, "base64 or none"),
        };
    }

    private static T Value<T>(IConfigurationSection settings, string name, T fallback, Func<T, bool> isAllowed, string allowed)
        where T : struct
    {
        T? value;
        try
        {
            value = settings.GetValue(name, fallback);
        }
        catch (InvalidOperationException)
        {
            value = null;
        }

        return value is { } given && isAllowed(given)
            ? given
            : throw new StartupException($"host.json: extensions.queues.{name} must be {allowed}, not {settings[name]}.");
    }
}
