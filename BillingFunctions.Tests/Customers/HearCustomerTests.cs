using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Customers;

/// <summary>What a system tells of a customer that is left, because it may be out of date.</summary>
public sealed class HearCustomerTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset At = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hear_ReadBeforeOurWriteEnded_MakesNoSecondCustomer()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableAsync(CustomerStore.Table, Token);
        await tables.CreateTableAsync(CustomerAudit.Table, Token);
        using var store = new CustomerStore(tables, TimeProvider.System);
        var directory = CustomerDirectoryBuilder.Directory(store, tables);

        // A write that is noted, whose record does not lead to the customer yet: the process has ended in between.
        await directory.ChangeAsync("c1", "task", _ => SnapshotMerge.Change(new Customer { Id = "c1", LastEvent = BillingFunctions.Customers.Events.EventVersion.None, Origin = Customer.FromApi }, new Dictionary<string, string?> { ["name"] = "Ours" }, At), Token);
        await directory.ChangeAsync("c1", "salesforce", stored => stored!.WithCopy("salesforce", new CustomerCopy { Id = "001A", WriteBegan = At, WriteEnded = At.AddSeconds(1) }), Token);

        var heard = await directory.HearAsync(Said(At), Token);

        Assert.Null(heard);
        Assert.Null(await directory.FindAsync("001A", Token));
        Assert.Equal("Ours", (await directory.FindAsync("c1", Token))?.Name);
    }

    [Fact]
    public async Task Hear_DeletedAndNeverKnown_IsLeft()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableAsync(CustomerStore.Table, Token);
        using var store = new CustomerStore(tables, TimeProvider.System);
        var directory = CustomerDirectoryBuilder.Directory(store, tables);

        Assert.Null(await directory.HearAsync(Said(At) with { Deleted = true }, Token));
    }

    private static CustomerSnapshot Said(DateTimeOffset readAt) => new()
    {
        System = "salesforce",
        RemoteId = "001A",
        OurId = "c1",
        Content = CustomerContent.Empty.With([new(CustomerContent.NameField, "Theirs")]),
        Covers = _ => true,
        ChangedAt = readAt,
        ReadAt = readAt,
        Cause = "salesforce",
    };
}
