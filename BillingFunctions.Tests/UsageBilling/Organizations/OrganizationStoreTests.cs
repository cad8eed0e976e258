using Azure.Data.Tables;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Organizations;

namespace BillingFunctions.Tests.UsageBilling.Organizations;

public sealed class OrganizationStoreTests : IAsyncLifetime
{
    private const string Customer = "cus_1";

    private readonly TableServiceClient _tables;
    private readonly StorageFake _calls = new();
    private readonly OrganizationStore _store;

    public OrganizationStoreTests(AzuriteFixture azurite)
    {
        _tables = _calls.Tables(azurite.NewAccount());
        _store = new OrganizationStore(_tables);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TableClient Table => _tables.GetTableClient(OrganizationStore.Table);

    public async ValueTask InitializeAsync() => await _tables.CreateTableAsync(OrganizationStore.Table, Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ListOfCustomer_SetAtAnyTime_HasAll()
    {
        var (created, patched, synced, other) = (Organization(1) with { StripeCustomerId = Customer }, Organization(2), Organization(3), Organization(4) with { StripeCustomerId = "cus_2" });
        foreach (var organization in new[] { created, patched, synced, other })
        {
            await _store.TryWriteAsync(organization, replaces: default, Token);
        }

        await _store.TryWriteAsync(patched with { StripeCustomerId = Customer }, (await _store.FindAsync(patched.Id, Token))!.ETag, Token);
        await _store.SetCustomerAsync(synced.Id, Customer, Token);

        Assert.Equal([created.Id, patched.Id, synced.Id], await ListAsync());
        Assert.Equal(4, await _store.ListAsync(after: null, 100, Token).CountAsync(Token));
        Assert.Equal([other.Id], await _store.ListOfCustomerAsync("cus_2", Token).Select(organization => organization.Id).ToListAsync(Token));
    }

    /// <summary>A crash between the two writes, and a write that somebody else has overtaken, leave the row of the index alone.</summary>
    [Fact]
    public async Task ListOfCustomer_OrganizationThatDoesNotSaySo_IsLeftOut()
    {
        var (none, unknown) = (Organization(1), Organization(2));
        var read = (await _store.TryWriteAsync(none, replaces: default, Token))!.ETag;
        await _store.TryWriteAsync(none with { Name = "Changed" }, read, Token);

        Assert.Null(await _store.TryWriteAsync(none with { StripeCustomerId = Customer }, read, Token));
        await Table.AddEntityAsync(new TableEntity($"stripe-customer|{Customer}", unknown.Id), Token);

        Assert.Empty(await ListAsync());
        await _store.SetCustomerAsync(none.Id, Customer, Token);
        Assert.Equal([none.Id], await ListAsync());
    }

    [Fact]
    public async Task ListOfCustomer_WrittenBeforeThereWasAnIndex_IsThereFromTheNextWriteOn()
    {
        var organization = Organization(1) with { StripeCustomerId = Customer };
        var written = (await _store.TryWriteAsync(organization, replaces: default, Token))!;
        await Table.DeleteEntityAsync($"stripe-customer|{Customer}", organization.Id, cancellationToken: Token);
        Assert.Empty(await ListAsync());

        await _store.TryWriteAsync(organization with { Name = "New" }, written.ETag, Token);

        Assert.Equal([organization.Id], await ListAsync());
    }

    [Fact]
    public async Task Delete_OrganizationWithCustomer_LeavesNoRow()
    {
        var organization = Organization(1) with { StripeCustomerId = Customer };
        await _store.TryWriteAsync(organization, replaces: default, Token);

        await _store.DeleteAsync(organization.Id, Token);

        Assert.Empty(await Table.QueryAsync<TableEntity>(cancellationToken: Token).ToListAsync(Token));
    }

    /// <summary>An id that a caller made up.</summary>
    [Theory]
    [InlineData("a' or PartitionKey ne '")]
    [InlineData("#odd?/\\")]
    public async Task ListOfCustomer_OddId_IsEmpty(string id)
    {
        await _store.TryWriteAsync(Organization(1) with { StripeCustomerId = Customer }, replaces: default, Token);

        Assert.Empty(await _store.ListOfCustomerAsync(id, Token).ToListAsync(Token));
    }

    private Task<List<string>> ListAsync() => _store.ListOfCustomerAsync(Customer, Token).Select(organization => organization.Id).ToListAsync(Token).AsTask();

    private static Organization Organization(int number) => new()
    {
        Id = $"org_{number:x24}",
        Name = "Acme",
        CreatedAt = UsageBuilder.Time,
        UpdatedAt = UsageBuilder.Time,
    };
}
