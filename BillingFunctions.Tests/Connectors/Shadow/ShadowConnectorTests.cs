using Azure.Data.Tables;
using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Shadow;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Connectors.Shadow;

public sealed class ShadowConnectorTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Connectors that somebody adds have names that shadow mode does not know.</summary>
    [Theory]
    [InlineData("ledger", ShadowKind.Connector, "ledger-create-42")]
    [InlineData("salesforce", ShadowKind.Salesforce, "create-42")]
    public async Task Send_OfAnyConnector_IsRecordedAndDone(string name, ShadowKind kind, string key)
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(ShadowActions.Table, Token);
        var actions = new ShadowActions(tables, _time);
        var ledger = new LedgerFake(name, _time);
        var connector = new ShadowConnector(new LedgerConnectorFake(ledger, maxBatch: 1, _time), new ShadowMode(Options.Create(new ShadowOptions { Enabled = true }), actions), _time);
        var customer = new Customer { Id = "42", LastEvent = EventVersion.None, Name = "Ann" };

        var outcome = Assert.Single(await connector.SendAsync([new ConnectorCall { Action = ConnectorAction.Create, Customer = customer, Target = customer.Content, Key = "create-42" }], Token));

        Assert.IsType<ConnectorOutcome.Done>(outcome);
        Assert.Empty(ledger.Calls);
        var action = Assert.Single(await actions.ListAsync(new ShadowFilter(), after: null, Token).ToListAsync(Token));
        Assert.Equal((kind, ShadowOperation.CreateCustomer, "42", key), (action.Kind, action.Operation, action.Subject, action.Key));
    }
}
