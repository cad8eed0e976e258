using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using BillingFunctions.Local.Hosting;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The queues that attributes name.</summary>
internal sealed partial class FunctionQueues(SettingExpressions settings, StorageConnections connections)
{
    private const string PoisonSuffix = "-poison";
    private const int MaxNameLength = 63;

    private readonly ConcurrentDictionary<string, QueueServiceClient> _services = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The queue's name with its settings filled in, in lower case as queues have it.</summary>
    /// <exception cref="StartupException">A setting is missing, or no queue can be called so.</exception>
    public string Name(string name, string subject)
    {
        var resolved = settings.Resolve(name, subject).ToLowerInvariant();
        return QueueName().IsMatch(resolved)
            ? resolved
            : throw new StartupException($"{subject}: a queue cannot be called {resolved}; 3 to 63 letters, digits and single hyphens are allowed.");
    }

    /// <summary>A client of the queue.</summary>
    /// <exception cref="StartupException">The connection is not set or not right.</exception>
    public QueueClient Client(string name, string? connection, QueueMessageEncoding encoding, string subject)
    {
        var service = _services.GetOrAdd(
            connection ?? string.Empty,
            _ => connections.Client(connection, subject, text => new QueueServiceClient(text)));
        return service.GetQueueClient(name, encoding);
    }

    /// <summary>Where messages go that cannot be dealt with; null for a queue that is such a place itself, or whose name is too long.</summary>
    public static string? PoisonName(string queue) =>
        queue.EndsWith(PoisonSuffix, StringComparison.Ordinal) || queue.Length + PoisonSuffix.Length > MaxNameLength ? null : queue + PoisonSuffix;

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueueName();
}
