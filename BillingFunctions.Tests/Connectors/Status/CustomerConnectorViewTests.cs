using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Connectors.Status;

public sealed class CustomerConnectorViewTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private static readonly CustomerCopy Copy = new() { Id = "L-1" };

    private static readonly OutboxEntry Waiting = new() { Connector = "ledger", Subject = "ann-1", Since = Now, DueAt = Now.AddSeconds(10), Attempts = 1, Error = "busy", Tasks = ["tsk_1"] };

    public static TheoryData<string, CustomerCopy?, OutboxEntry?> Standings => new()
    {
        { "absent", null, null },
        { "absent", new CustomerCopy(), null },
        { "synced", Copy, null },
        { "deleted", Copy with { Deleted = true }, null },
        { "pending", null, Waiting },
        { "pending", Copy with { Deleted = true }, Waiting },
        { "given_up", Copy, Waiting with { IsGivenUp = true } },
    };

    [Theory]
    [MemberData(nameof(Standings))]
    public void From_WhatIsKnown_SaysWhereItStands(string expected, CustomerCopy? copy, OutboxEntry? entry) =>
        Assert.Equal(expected, CustomerConnectorView.From(Connector(), copy, entry).Status);

    [Fact]
    public void From_ConnectorThatLacksSettings_IsOffWhateverWaits() => Assert.Equal("off", CustomerConnectorView.From(Connector("Ledger__Url"), Copy, Waiting).Status);

    [Fact]
    public void From_WhatWaits_SaysSinceWhenAndWhatComesNext()
    {
        var expected = new CustomerConnectorView("ledger", "pending", "L-1", Since: Now, Attempts: 1, NextAttemptAt: Now.AddSeconds(10), "busy", Waiting.Tasks);

        Assert.Equal(expected, CustomerConnectorView.From(Connector(), Copy, Waiting));
        Assert.Equal(expected with { Status = "given_up", NextAttemptAt = null }, CustomerConnectorView.From(Connector(), Copy, Waiting with { IsGivenUp = true }));
    }

    private static LedgerConnectorFake Connector(params string[] missing) => new(new LedgerFake("ledger", TimeProvider.System), maxBatch: 1, TimeProvider.System) { MissingSettings = missing };
}
