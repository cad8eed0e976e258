using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace BillingFunctions.Tests.Architecture;

/// <summary>A type that uses another one that it must not know.</summary>
internal sealed record Breach(string From, string To)
{
    public override string ToString() => $"{From} -> {To}";
}

/// <summary>The rules that the app keeps. Each answers with its breaches, by simple names and in order.</summary>
internal static partial class Rules
{
    public static readonly string[] Capabilities = ["Connectors", "CustomerUploads", "Customers", "Dashboard", "Exports", "Insight", "Invoicing", "Operations", "Subscriptions", "UsageBilling", "Webhooks"];

    private static readonly string[] StoreSuffixes = ["Store", "Repository", "Writer"];
    private static readonly Type[] StorageClients =
        [typeof(TableServiceClient), typeof(TableClient), typeof(BlobServiceClient), typeof(BlobContainerClient), typeof(BlobClient), typeof(QueueServiceClient), typeof(QueueClient)];

    private static readonly string[] Io = ["Azure", "Stripe", "System.Net", "System.IO.File", "System.IO.Directory"];

    /// <summary>No capability reaches into another's store: what is named so, or holds a client of the storage account.</summary>
    public static IReadOnlyList<Breach> CapabilitiesKeepToTheirStores(TypeGraph graph)
    {
        var stores = graph.Types.Where(type => CapabilityOf(graph, type.FullName!) is not null && IsStore(type)).Select(type => type.FullName!).ToHashSet();
        return Breaches(graph, graph.Types, (from, to) => stores.Contains(to) && CapabilityOf(graph, from) is { } own && CapabilityOf(graph, to) != own);
    }

    /// <summary>The platform knows no capability.</summary>
    public static IReadOnlyList<Breach> PlatformKnowsNoCapability(TypeGraph graph) => Breaches(
        graph,
        graph.Types.Where(type => type.FullName!.StartsWith($"{graph.Root}.Platform.", StringComparison.Ordinal)),
        (_, to) => CapabilityOf(graph, to) is not null);

    /// <summary>Orchestrators only decide: nothing that they reach when they run does I/O.</summary>
    public static IReadOnlyList<Breach> OrchestratorsDoNoIo(TypeGraph graph) => Sorted(graph.Types
        .Where(type => type.Name.EndsWith("Orchestrator", StringComparison.Ordinal))
        .SelectMany(type => graph.ReachedFrom(type.FullName!))
        .SelectMany(reached => graph.UsedBy(reached).Where(IsIo).Select(io => new Breach(TypeGraph.SimpleName(reached), io))));

    /// <summary>A namespace is named as the folder that its file stands in.</summary>
    /// <param name="sources">By their paths from the root of the repository.</param>
    public static IReadOnlyList<Breach> NamespacesFollowFolders(IEnumerable<KeyValuePair<string, string>> sources) => Sorted(sources
        .Select(source => (Path: source.Key, Folder: source.Key[..source.Key.LastIndexOf('/')].Replace('/', '.'), Namespace: Namespace().Match(source.Value)))
        .Where(file => file.Namespace.Success && file.Namespace.Groups["name"].Value != file.Folder)
        .Select(file => new Breach(file.Path, file.Namespace.Groups["name"].Value)));

    private static IReadOnlyList<Breach> Breaches(TypeGraph graph, IEnumerable<Type> types, Func<string, string, bool> isBreach) => Sorted(types
        .SelectMany(type => graph.UsedOrNamedBy(type.FullName!).Where(used => isBreach(type.FullName!, used))
            .Select(used => new Breach(TypeGraph.SimpleName(type.FullName!), TypeGraph.SimpleName(used)))));

    private static IReadOnlyList<Breach> Sorted(IEnumerable<Breach> breaches) => [.. breaches.Distinct().OrderBy(breach => breach.ToString(), StringComparer.Ordinal)];

    private static string? CapabilityOf(TypeGraph graph, string type) =>
        Capabilities.FirstOrDefault(capability => type.StartsWith($"{graph.Root}.{capability}.", StringComparison.Ordinal));

    private static bool IsStore(Type type) =>
        StoreSuffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal))
        || type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Any(field => StorageClients.Contains(field.FieldType));

    private static bool IsIo(string type) => Io.Any(io => type == io || type.StartsWith($"{io}.", StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();
}
