using System.Security.Cryptography;
using BillingFunctions.LocalHost.Services;

[assembly: AssemblyFixture(typeof(BillingFunctions.Tests.Fixtures.AzuriteFixture))]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>One storage emulator for all tests; each test takes an account of its own, so none sees another's data.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    /// <summary>They reach the emulator in one environment variable, which may have 128 KiB.</summary>
    private const int Accounts = 1_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("billing-azurite-").FullName;
    private Azurite _azurite = null!;
    private int _taken;

    public async ValueTask InitializeAsync()
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var accounts = Enumerable.Range(0, Accounts).ToDictionary(Account, _ => key, StringComparer.Ordinal);
        // On disk it writes the tables of all tests anew every few seconds, which slows down the later ones.
        _azurite = await Azurite.StartAsync(
            new AzuriteOptions(_directory) { Accounts = accounts, InMemory = true },
            TestContext.Current.CancellationToken);
    }

    /// <summary>The connection string of an account that nobody else uses.</summary>
    public string NewAccount()
    {
        var number = Interlocked.Increment(ref _taken) - 1;
        return number < Accounts
            ? _azurite.ConnectionString(Account(number))
            : throw new InvalidOperationException($"More than {Accounts} tests with storage: give the fixture more accounts.");
    }

    public async ValueTask DisposeAsync()
    {
        await _azurite.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static string Account(int number) => $"test{number}";
}
