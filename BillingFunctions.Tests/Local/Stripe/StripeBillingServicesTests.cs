using System.Net;
using Stripe;
using static BillingFunctions.Tests.Local.ScriptedHandler;

namespace BillingFunctions.Tests.Local;

public sealed class StripeBillingServicesTests : IDisposable
{
    private const string EmptyPage = """{"object":"list","data":[],"has_more":false}""";

    private static readonly DateTime Time = DateTime.UnixEpoch.AddSeconds(1_700_000_000);

    private readonly ScriptedHandler _handler = new(Answer(HttpStatusCode.OK, EmptyPage));

    private V1Services Services => new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(new HttpClient(_handler))).V1;

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Subscriptions_CreateAndUpdate_SendTheForm()
    {
        await Services.Subscriptions.CreateAsync(new SubscriptionCreateOptions
        {
            Customer = "cus_1",
            Items = [new SubscriptionItemOptions { Price = "price_1", Quantity = 2 }, new SubscriptionItemOptions { Price = "price_2" }],
            Metadata = new() { ["k"] = "v" },
            PaymentBehavior = "default_incomplete",
            CancelAt = SubscriptionCancelAt.MinPeriodEnd,
        });
        await Services.Subscriptions.UpdateAsync("sub/1", new SubscriptionUpdateOptions
        {
            CancelAtPeriodEnd = true,
            CancelAt = null,
            Items = [new SubscriptionItemOptions { Id = "si_1", Deleted = true }],
        });
        await Services.Subscriptions.UpdateAsync("sub_1", new SubscriptionUpdateOptions { CancelAt = (DateTime?)Time });

        AssertSent(0, "POST /v1/subscriptions", "customer=cus_1&items[0][price]=price_1&items[0][quantity]=2&items[1][price]=price_2"
            + "&metadata[k]=v&payment_behavior=default_incomplete&cancel_at=min_period_end");
        AssertSent(1, "POST /v1/subscriptions/sub%2F1", "cancel_at=&cancel_at_period_end=true&items[0][id]=si_1&items[0][deleted]=true");
        AssertSent(2, "POST /v1/subscriptions/sub_1", "cancel_at=1700000000");
    }

    [Fact]
    public async Task Subscriptions_ListGetAndCancel_SendTheQuery()
    {
        var options = new SubscriptionListOptions { Customer = "cus_1", Status = "all", CurrentPeriodEnd = new DateRangeOptions { LessThan = Time } };
        options.AddExpand("data.latest_invoice");

        await Services.Subscriptions.ListAsync(options);
        await Services.Subscriptions.GetAsync("sub_1");
        await Services.Subscriptions.CancelAsync("sub_1", new SubscriptionCancelOptions { InvoiceNow = true, Prorate = false });
        Assert.Empty(await Services.Subscriptions.ListAutoPagingAsync(options).ToListAsync());

        AssertSent(0, "GET /v1/subscriptions", "customer=cus_1&status=all&current_period_end[lt]=1700000000&expand[0]=data.latest_invoice");
        AssertSent(1, "GET /v1/subscriptions/sub_1", "");
        AssertSent(2, "DELETE /v1/subscriptions/sub_1", "invoice_now=true&prorate=false");
        AssertSent(3, "GET /v1/subscriptions", "customer=cus_1&status=all&current_period_end[lt]=1700000000&expand[0]=data.latest_invoice");
    }

    [Fact]
    public async Task Invoices_AllVerbs_GoToTheirAddress()
    {
        await Services.Invoices.ListAsync(new InvoiceListOptions { Customer = "cus_1", Subscription = "sub_1", Status = "open", Limit = 100 });
        await Services.Invoices.GetAsync("in_1");
        await Services.Invoices.PayAsync("in_1", new InvoicePayOptions { PaidOutOfBand = true });
        await Services.Invoices.FinalizeInvoiceAsync("in_1", new InvoiceFinalizeOptions { AutoAdvance = false });
        await Services.Invoices.VoidInvoiceAsync("in_1");
        Assert.Empty(await Services.Invoices.ListAutoPagingAsync().ToListAsync());

        AssertSent(0, "GET /v1/invoices", "customer=cus_1&subscription=sub_1&status=open&limit=100");
        AssertSent(1, "GET /v1/invoices/in_1", "");
        AssertSent(2, "POST /v1/invoices/in_1/pay", "paid_out_of_band=true");
        AssertSent(3, "POST /v1/invoices/in_1/finalize", "auto_advance=false");
        AssertSent(4, "POST /v1/invoices/in_1/void", "");
        AssertSent(5, "GET /v1/invoices", "");
    }

    [Fact]
    public async Task Events_ListAndGet_SendTheQuery()
    {
        await Services.Events.ListAsync(new EventListOptions
        {
            Types = [EventTypes.InvoicePaid, EventTypes.CustomerSubscriptionDeleted],
            DeliverySuccess = false,
            Created = new DateRangeOptions { GreaterThanOrEqual = Time },
            EndingBefore = "evt_9",
        });
        await Services.Events.ListAsync(new EventListOptions { Type = "invoice.*" });
        await Assert.ThrowsAsync<StripeException>(() => Services.Events.GetAsync("evt/1"));

        AssertSent(
            0, "GET /v1/events", "types[0]=invoice.paid&types[1]=customer.subscription.deleted&delivery_success=false&created[gte]=1700000000&ending_before=evt_9");
        AssertSent(1, "GET /v1/events", "type=invoice.*");
        AssertSent(2, "GET /v1/events/evt%2F1", "");
    }

    private void AssertSent(int index, string call, string parameters)
    {
        var sent = _handler.Requests[index];
        var form = sent.Method == HttpMethod.Post ? sent.Body! : sent.Uri.Query.TrimStart('?');
        Assert.Equal(call, $"{sent.Method} {sent.Uri.AbsolutePath}");
        Assert.Equal(Sort(parameters), Sort(form.Replace("%2A", "*", StringComparison.Ordinal)));
    }

    private static string[] Sort(string pairs) => [.. pairs.Split('&').Order(StringComparer.Ordinal)];
}
