using BillingFunctions.Testing.Processes;

[assembly: AssemblyFixture(typeof(BillingFunctions.Tests.Fixtures.AzuriteFixture))]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>The storage emulators of all tests; each test takes an account of its own, so none sees another's data.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    /// <summary>An emulator serves one request at a time, and every minute stops to clean its memory: the longer, the more it holds.</summary>
    private const int Emulators = 4;

    private StorageEmulator[] _emulators = [];
    private int _taken;

    public async ValueTask InitializeAsync() =>
        _emulators = await Task.WhenAll(Enumerable.Range(0, Emulators).Select(_ => StorageEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken)));

    /// <summary>The connection string of an account that nobody else uses.</summary>
    public string NewAccount() => _emulators[Interlocked.Increment(ref _taken) % Emulators].NewAccount();

    public async ValueTask DisposeAsync()
    {
        foreach (var emulator in _emulators)
        {
            await emulator.DisposeAsync();
        }
    }
}
