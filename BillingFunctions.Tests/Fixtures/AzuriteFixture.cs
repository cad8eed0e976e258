using BillingFunctions.Testing.Processes;

[assembly: AssemblyFixture(typeof(BillingFunctions.Tests.Fixtures.AzuriteFixture))]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>One storage emulator for all tests; each test takes an account of its own, so none sees another's data.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private StorageEmulator _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await StorageEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The connection string of an account that nobody else uses.</summary>
    public string NewAccount() => _emulator.NewAccount();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();
}
