using System.Text.Json;
using Stripe;

namespace BillingFunctions.Tests.Local;

public sealed class StripeEventTests
{
    private const string Basil = """
        {"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia","created":1700000000,"livemode":true,"pending_webhooks":2,
         "request":{"id":"req_1","idempotency_key":"key"},"type":"invoice.paid","account":"acct_1","data":{"object":
          {"new_field":{"object":"trap"},"id":"in_1","object":"invoice","amount_due":1250,"amount_paid":1250,"currency":"usd","customer":"cus_1",
           "customer_email":"a@b.c","status":"paid","number":"A-1","due_date":null,"created":1700000000,
           "hosted_invoice_url":"https://i","invoice_pdf":"https://p","period_start":1700000000,"period_end":1702592000,
           "parent":{"type":"subscription_details","quote_details":null,"subscription_details":{"metadata":{"plan":"pro"},"subscription":"sub_1"}},
           "status_transitions":{"finalized_at":1700000001,"paid_at":1700000002,"voided_at":null,"marked_uncollectible_at":null},
           "lines":{"object":"list","has_more":false,"url":"/v1/invoices/in_1/lines","data":[
             {"id":"il_1","object":"line_item","amount":1250,"currency":"usd","description":"Pro","quantity":1,"period":{"start":1700000000,"end":1702592000}}]}},
          "previous_attributes":{"status":"open"}}}
        """;

    [Fact]
    public void ParseEvent_Invoice_ReadsItByItsKind()
    {
        var parsed = EventUtility.ParseEvent(Basil);

        var invoice = Assert.IsType<Invoice>(parsed.Data.Object);
        Assert.Equal(("evt_1", EventTypes.InvoicePaid, "acct_1", 2L, true), (parsed.Id, parsed.Type, parsed.Account, parsed.PendingWebhooks, parsed.Livemode));
        Assert.Equal(("req_1", "key"), (parsed.Request?.Id, parsed.Request?.IdempotencyKey));
        Assert.Equal(("in_1", "paid", "A-1", 1250L, "cus_1", "a@b.c"), (invoice.Id, invoice.Status, invoice.Number, invoice.AmountPaid, invoice.CustomerId, invoice.CustomerEmail));
        Assert.Equal(("sub_1", "pro"), (invoice.Parent?.SubscriptionDetails?.SubscriptionId, invoice.Parent?.SubscriptionDetails?.Metadata?["plan"]));
        Assert.Null(invoice.Customer);
        Assert.Null(invoice.DueDate);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_002), invoice.StatusTransitions?.PaidAt);
        Assert.Null(invoice.StatusTransitions?.VoidedAt);
        Assert.Equal((1250L, "Pro"), (invoice.Lines!.Data[0].Amount, invoice.Lines.Data[0].Description));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_702_592_000), invoice.Lines.Data[0].Period.End);
    }

    [Fact]
    public void ParseEvent_Always_KeepsTheRawJson()
    {
        var parsed = EventUtility.ParseEvent(Basil);

        var data = parsed.RawJsonElement!.Value.GetProperty("data");
        Assert.Equal("open", data.GetProperty("previous_attributes").GetProperty("status").GetString());
        Assert.Equal("trap", ((Invoice)parsed.Data.Object!).RawJsonElement!.Value.GetProperty("new_field").GetProperty("object").GetString());
        Assert.Null(parsed.Data.RawJsonElement);
    }

    [Fact]
    public void ParseEvent_OldShapes_AreReadFromTheRawJson()
    {
        var invoice = Read<Invoice>("""{"object":"invoice","id":"in_1","subscription":"sub_1","paid":true,"status":"paid"}""", "2024-06-20");
        var subscription = Read<Subscription>(
            """
            {"object":"subscription","id":"sub_1","customer":"cus_1","status":"active","current_period_end":1702592000,
             "items":{"object":"list","data":[{"id":"si_1","object":"subscription_item","quantity":2}],"has_more":false,"url":"u"}}
            """,
            "2024-06-20");

        Assert.Null(invoice.Parent);
        Assert.Equal("sub_1", invoice.RawJsonElement!.Value.GetProperty("subscription").GetString());
        Assert.Equal(1702592000, subscription.RawJsonElement!.Value.GetProperty("current_period_end").GetInt64());
        Assert.Equal(DateTime.UnixEpoch, subscription.Items.Data[0].CurrentPeriodEnd);
    }

    [Fact]
    public void ParseEvent_Subscription_ReadsItemsAndEndings()
    {
        var subscription = Read<Subscription>("""
            {"object":"subscription","id":"sub_1","customer":{"id":"cus_1","object":"customer","email":"a@b.c"},"status":"active","cancel_at":1702592000,
             "cancel_at_period_end":true,"canceled_at":1700000000,"ended_at":null,"latest_invoice":"in_1","metadata":{"k":"v"},"collection_method":"charge_automatically",
             "items":{"object":"list","has_more":false,"url":"u","data":[{"id":"si_1","object":"subscription_item","quantity":2,"subscription":"sub_1",
               "current_period_start":1700000000,"current_period_end":1702592000,"price":{"id":"price_1","object":"price","unit_amount":2500,"currency":"usd","product":"prod_1"}}]}}
            """);

        var item = Assert.Single(subscription.Items);
        Assert.Equal(("cus_1", "a@b.c", "in_1"), (subscription.CustomerId, subscription.Customer?.Email, subscription.LatestInvoiceId));
        Assert.Equal((true, DateTime.UnixEpoch.AddSeconds(1_702_592_000)), (subscription.CancelAtPeriodEnd, subscription.CancelAt));
        Assert.Null(subscription.EndedAt);
        Assert.Equal((SubscriptionStatuses.Active, "v"), (subscription.Status, subscription.Metadata!["k"]));
        Assert.Equal((DateTime.UnixEpoch.AddSeconds(1_700_000_000), DateTime.UnixEpoch.AddSeconds(1_702_592_000)), (item.CurrentPeriodStart, item.CurrentPeriodEnd));
        Assert.Equal(("price_1", "prod_1", 2500L), (item.Price?.Id, item.Price?.ProductId, item.Price?.UnitAmount));
    }

    [Theory]
    [InlineData("""{"object":"a_kind_of_tomorrow","id":"x_1"}""")]
    [InlineData("""{"id":"x_1"}""")]
    [InlineData("null")]
    public void ParseEvent_UnknownKind_HasNoObject(string json)
    {
        var parsed = EventUtility.ParseEvent(EventOf(json));

        Assert.Null(parsed.Data.Object);
        Assert.Equal("x.y", parsed.Type);
    }

    [Theory]
    [InlineData("2026-07-29.dahlia", true)]
    [InlineData("2026-06-24.dahlia", true)]
    [InlineData("2026-09-30.endive", false)]
    [InlineData("2025-03-31.basil", false)]
    [InlineData("2024-06-20", false)]
    public void ParseEvent_ReleaseTrain_Decides(string version, bool fits)
    {
        var json = EventOf("null", version);

        Assert.Equal(fits, EventUtility.IsCompatibleApiVersion(version));
        Assert.Equal(fits, Record.Exception(() => EventUtility.ParseEvent(json)) is null);
        Assert.Equal(version, EventUtility.ParseEvent(json, throwOnApiVersionMismatch: false).ApiVersion);
        if (!fits)
        {
            Assert.Contains(version, Assert.Throws<StripeException>(() => EventUtility.ParseEvent(json)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ParseEvent_NoVersion_ThrowsUnlessTold()
    {
        const string Json = """{"id":"evt_1","object":"event","type":"x","data":{}}""";

        Assert.Throws<NullReferenceException>(() => EventUtility.ParseEvent(Json));
        Assert.Equal("evt_1", EventUtility.ParseEvent(Json, throwOnApiVersionMismatch: false).Id);
    }

    [Fact]
    public void ParseEvent_RequestOfOldVersions_IsItsId()
        => Assert.Equal("req_7", EventUtility.ParseEvent("""{"id":"e","object":"event","request":"req_7"}""", throwOnApiVersionMismatch: false).Request?.Id);

    [Fact]
    public void ParseEvent_WhatIsNoEvent_Throws()
    {
        Assert.ThrowsAny<JsonException>(() => EventUtility.ParseEvent(""));
        Assert.ThrowsAny<JsonException>(() => EventUtility.ParseEvent("""{"object":"event","created":"soon"}"""));
        Assert.ThrowsAny<JsonException>(() => EventUtility.ParseEvent(EventOf("""{"object":7}""")));
        Assert.ThrowsAny<JsonException>(() => EventUtility.ParseEvent(EventOf("[]")));
        Assert.Throws<InvalidOperationException>(() => EventUtility.ParseEvent("[]"));
        Assert.Throws<ArgumentException>(() => EventUtility.ParseEvent("""{"object":"v2.core.event","created":"2026-01-01T00:00:00Z"}"""));
    }

    [Fact]
    public void ToJson_ExpandableFields_WriteIdOrObject()
    {
        var invoice = Invoice.FromJson("""{"id":"in_1","customer":{"id":"cus_1","name":"A"}}""");

        Assert.Equal("A", Invoice.FromJson(invoice.ToJson()).Customer?.Name);

        invoice.CustomerId = "cus_1";
        Assert.NotNull(invoice.Customer);
        invoice.CustomerId = "cus_2";
        Assert.Null(invoice.Customer);
        Assert.Equal("cus_2", Invoice.FromJson(invoice.ToJson()).CustomerId);
    }

    private static T Read<T>(string json, string version = "2026-07-29.dahlia")
        => Assert.IsType<T>(EventUtility.ParseEvent(EventOf(json, version), throwOnApiVersionMismatch: false).Data.Object);

    private static string EventOf(string json, string version = "2026-07-29.dahlia")
        => $$$"""{"id":"evt_1","object":"event","api_version":"{{{version}}}","created":1,"type":"x.y","data":{"object":{{{json}}}}}""";
}
