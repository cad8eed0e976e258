using Azure.Data.Tables;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Tests.Customers.Invoices;

public sealed class CustomerInvoiceStoreTests : IAsyncLifetime
{
    private readonly string _storage;
    private readonly StorageFake _calls = new();
    private readonly CurrentObjectsFake _stripe = new();
    private readonly CustomerInvoiceStore _store;
    private readonly InvoiceEventHandler _handler;

    public CustomerInvoiceStoreTests(AzuriteFixture azurite)
    {
        _storage = azurite.NewAccount();
        _store = new CustomerInvoiceStore(_calls.Tables(_storage), TimeProvider.System);
        _handler = new InvoiceEventHandler(_store, _stripe);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await new TableClient(_storage, CustomerInvoiceStore.Table).CreateIfNotExistsAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ApplyAsync_PaidBeforeAllElse_StaysPaidAndIsWrittenOnce()
    {
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.paid", "evt_1", 5, "paid", paid: 1250));
        Assert.Equal(["GET", "POST"], _calls.TakeMethods());

        await ApplyAsync(StripeEventBuilder.Invoice("invoice.created", "evt_3", 5, "draft"), StripeEventBuilder.Invoice("invoice.finalized", "evt_2", 5, "open"));
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.paid", "evt_1", 5, "paid", paid: 1250));

        Assert.Equal([], _calls.TakeMethods());
        var invoice = Assert.Single(await ListAsync(null));
        Assert.Equal(("paid", 1250L), (invoice.Status, invoice.AmountPaid.Amount));
    }

    /// <summary>Every payment is told twice, in one second: Stripe is not asked about each.</summary>
    [Fact]
    public async Task ApplyAsync_PaidAndPaymentSucceeded_SayTheSameAndAskNobody()
    {
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.paid", "evt_1", 5, "paid", paid: 1250));
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.payment_succeeded", "evt_2", 5, "paid", paid: 1250));
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.paid", "evt_1", 5, "paid", paid: 1250), StripeEventBuilder.Invoice("invoice.updated", "evt_3", 5, "paid", paid: 1250));

        Assert.Equal(0, _stripe.Asked);
        Assert.Equal("paid", Assert.Single(await ListAsync(null)).Status);
    }

    [Fact]
    public async Task ApplyAsync_LaterDraft_ReplacesAllFields()
    {
        await ApplyAsync(StripeEventBuilder.Invoice("invoice.updated", "evt_1", 5, "open"));

        await ApplyAsync(StripeEventBuilder.Invoice("invoice.updated", "evt_2", 6, "draft"));

        var invoice = Assert.Single(await ListAsync(null));
        Assert.Null(invoice.Number);
        Assert.Null(invoice.DueDate);
    }

    [Fact]
    public async Task ApplyAsync_Deleted_IsFinal()
    {
        await ApplyAsync(StripeEventBuilder.Invoice(EventTypes.InvoiceDeleted, "evt_1", 5, "draft"));

        await ApplyAsync(StripeEventBuilder.Invoice("invoice.updated", "evt_2", 6, "draft"));

        Assert.True(Assert.Single(await ListAsync(null)).Deleted);
    }

    [Fact]
    public async Task ListAsync_PageByPage_IsNewestFirst()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            await ApplyAsync(StripeEventBuilder.Invoice("invoice.created", "evt_1", 5, "draft", id: $"in_{number}", invoiceCreated: StripeEventBuilder.Time + (number * 31 % 10)));
        }

        var first = await ListAsync(null);
        var second = await ListAsync(CustomerInvoiceStore.SortKeyOf(first[^1]));
        var last = await ListAsync(CustomerInvoiceStore.SortKeyOf(second[^1]));

        Assert.Equal(
            Enumerable.Range(0, 10).Select(second => StripeEventBuilder.Time + 9 - second),
            first.Concat(second).Concat(last).Select(invoice => invoice.Created.ToUnixTimeSeconds()));
        Assert.Empty(await _store.ListAsync("cus_2", null, 4, Token).ToListAsync(Token));
    }

    private async Task<IReadOnlyList<CustomerInvoice>> ListAsync(string? after)
    {
        var page = await _store.ListAsync("cus_1", after, 4, Token).Take(4).ToListAsync(Token);
        Assert.All(page, invoice => Assert.True(InvoiceSortKey.Is(CustomerInvoiceStore.SortKeyOf(invoice))));
        return page;
    }

    private Task ApplyAsync(params StripeEvent[] events) => _handler.ApplyAsync(_handler.SubjectOf(events[0])!, events, Token);
}
