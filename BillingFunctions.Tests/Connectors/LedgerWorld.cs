using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Connectors;

/// <summary>An app that is connected to one ledger.</summary>
internal sealed record LedgerWorld(ConnectorsDriver App, LedgerFake Ledger, LedgerConnectorFake Connector) : IAsyncDisposable
{
    public static async Task<LedgerWorld> StartAsync(string storage, int maxBatch = 1, params (string Name, string Value)[] settings)
    {
        var clock = new ClockFake(ConnectorsDriver.Start);
        var ledger = new LedgerFake("ledger", clock);
        var connector = new LedgerConnectorFake(ledger, maxBatch, clock);
        return new LedgerWorld(await ConnectorsDriver.StartAsync(storage, clock, [connector], settings), ledger, connector);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
