using BillingFunctions.LocalHost.Services.Processes;

namespace BillingFunctions.LocalHost.Services;

/// <summary>The storage emulator as a child process.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    private const string Ready = "successfully listening at ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly IReadOnlyDictionary<string, string> _accounts;

    private Azurite(ChildProcess process, IReadOnlyDictionary<string, string> accounts)
    {
        _process = process;
        _accounts = accounts;
    }

    /// <summary>The number of its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Where blobs are, such as <c>http://127.0.0.1:10000</c>. So for the other two.</summary>
    public required string BlobAddress { get; init; }

    /// <inheritdoc cref="BlobAddress"/>
    public required string QueueAddress { get; init; }

    /// <inheritdoc cref="BlobAddress"/>
    public required string TableAddress { get; init; }

    /// <summary>Installs it if need be, starts it and waits until it listens.</summary>
    /// <exception cref="StartupException">It does not start, as when a port is taken.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        await NodeTools.EnsureInstalledAsync(cancellationToken);
        Directory.CreateDirectory(options.DataDirectory);
        var process = ChildProcess.StartNode(NodeTools.PathOf("azurite", "dist/src/azurite.js"), Arguments(options), Environment(options));
        try
        {
            // It starts its services in this order.
            return new Azurite(process, options.Accounts)
            {
                BlobAddress = await process.WaitForLineAsync(Address, StartTimeout, cancellationToken),
                QueueAddress = await process.WaitForLineAsync(Address, StartTimeout, cancellationToken),
                TableAddress = await process.WaitForLineAsync(Address, StartTimeout, cancellationToken),
            };
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>How an app reaches an account.</summary>
    public string ConnectionString(string account) =>
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={_accounts[account]};" +
        $"BlobEndpoint={BlobAddress}/{account};QueueEndpoint={QueueAddress}/{account};TableEndpoint={TableAddress}/{account};";

    /// <summary>Stops it; it writes its files first.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string? Address(string line) =>
        line.IndexOf(Ready, StringComparison.Ordinal) is >= 0 and var start ? line[(start + Ready.Length)..].Trim() : null;

    private static IEnumerable<string> Arguments(AzuriteOptions options) =>
    [
        .. options.InMemory ? (string[])["--inMemoryPersistence"] : ["--location", options.DataDirectory],
        "--blobPort", $"{options.BlobPort}",
        "--queuePort", $"{options.QueuePort}",
        "--tablePort", $"{options.TablePort}",
        "--silent", "--skipApiVersionCheck", "--disableTelemetry",
    ];

    private static Dictionary<string, string> Environment(AzuriteOptions options) => new(StringComparer.Ordinal)
    {
        ["AZURITE_ACCOUNTS"] = string.Join(';', options.Accounts.Select(account => $"{account.Key}:{account.Value}")),
    };
}
