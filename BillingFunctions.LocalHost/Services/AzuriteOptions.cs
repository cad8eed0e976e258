namespace BillingFunctions.LocalHost.Services;

/// <summary>How to run the storage emulator.</summary>
/// <param name="DataDirectory">Where it keeps its files; made if missing.</param>
internal sealed record AzuriteOptions(string DataDirectory)
{
    /// <summary>The emulator's own account, whose key is public knowledge.</summary>
    public static KeyValuePair<string, string> DevelopmentAccount { get; } = new(
        "devstoreaccount1",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

    /// <summary>
    /// Whether it keeps everything in memory alone. Else it writes whole tables anew every few seconds, which takes most of its time from some 100,000 rows on.
    /// </summary>
    public bool InMemory { get; init; }

    /// <summary>The blob service's port; 0 for any that is free. So for the other two.</summary>
    public int BlobPort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int QueuePort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int TablePort { get; init; }

    /// <summary>The accounts' names and base64 keys.</summary>
    public IReadOnlyDictionary<string, string> Accounts { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [DevelopmentAccount.Key] = DevelopmentAccount.Value };
}
