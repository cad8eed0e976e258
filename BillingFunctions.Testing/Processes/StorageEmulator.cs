using System.Security.Cryptography;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.Testing.Processes;

/// <summary>A storage emulator of one's own, with as many empty accounts as are asked for.</summary>
internal sealed class StorageEmulator : IAsyncDisposable
{
    /// <summary>They reach the emulator in one environment variable, which may have 128 KiB.</summary>
    private const int Accounts = 1_000;

    private readonly TemporaryFolder _folder = new();
    private readonly AzuriteOptions _options;
    private Azurite _azurite = null!;
    private int _taken;

    private StorageEmulator(bool inMemory)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        _options = new AzuriteOptions(_folder.Path) { Accounts = Enumerable.Range(0, Accounts).ToDictionary(Account, _ => key, StringComparer.Ordinal), InMemory = inMemory };
    }

    public int ProcessId => _azurite.ProcessId;

    public string BlobAddress => _azurite.BlobAddress;

    public string QueueAddress => _azurite.QueueAddress;

    public string TableAddress => _azurite.TableAddress;

    /// <param name="inMemory">Whether it keeps everything in memory. On disk it writes whole tables anew every few seconds, which slows down everything else.</param>
    /// <param name="cancellationToken">Ends the wait for its start.</param>
    public static async Task<StorageEmulator> StartAsync(bool inMemory = true, CancellationToken cancellationToken = default)
    {
        var emulator = new StorageEmulator(inMemory);
        emulator._azurite = await Azurite.StartAsync(emulator._options, cancellationToken);
        return emulator;
    }

    /// <summary>Stops it, upon which it writes its files, and starts it again, with other addresses. One that keeps everything in memory is empty then.</summary>
    public async Task RestartAsync()
    {
        await _azurite.DisposeAsync();
        _azurite = await Azurite.StartAsync(_options, CancellationToken.None);
    }

    /// <summary>The connection string of an account that nobody else uses.</summary>
    public string NewAccount()
    {
        var number = Interlocked.Increment(ref _taken) - 1;
        return number < Accounts
            ? _azurite.ConnectionString(Account(number))
            : throw new InvalidOperationException($"All {Accounts} accounts are taken: raise their number.");
    }

    public async ValueTask DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Dispose();
    }

    private static string Account(int number) => $"test{number}";
}
