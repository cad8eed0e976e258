using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Subscriptions;

public sealed class SubscriptionApiTests(AzuriteFixture azurite)
{
    private const long Month = 2_592_000;

    [Fact]
    public async Task List_InPages_GivesEverySubscriptionOnce()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        await FillAsync(tables);
        await tables.ApplyAsync(StripeEventBuilder.Event("evt_w", "invoice.paid", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Invoice(subscription: "\"sub_waiting\"")));

        Assert.Equal(["sub_0", "sub_1", "sub_2", "sub_3", "sub_4"], (await IdsAsync(tables, "?limit=2")).Order());
        Assert.Equal(["sub_0", "sub_1", "sub_2", "sub_3", "sub_4"], (await IdsAsync(tables, "?limit=5")).Order());
        Assert.Equal(["sub_0", "sub_2", "sub_4"], await IdsAsync(tables, "?customer=cus_0&limit=2"));
        Assert.Equal([], await IdsAsync(tables, "?customer=cus_9"));
    }

    [Fact]
    public async Task List_ByOurIdOfTheCustomer_HasThoseOfItsIdAtStripe()
    {
        var storage = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(storage);
        await new TableClient(storage, CustomerStore.Table).CreateAsync(TestContext.Current.CancellationToken);
        await FillAsync(tables);
        await tables.Directory.ChangeAsync(
            "ann-1", "test", _ => new Customer { Id = "ann-1", LastEvent = EventVersion.None, StripeId = "cus_1" }, TestContext.Current.CancellationToken);

        Assert.Equal(["sub_1", "sub_3"], await IdsAsync(tables, "?customer=ann-1"));
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    public async Task List_WrongParameter_IsRefusedWithItsName(string query, string field)
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());

        var (status, body) = await AnswerAsync(Read(tables).ListAsync(Request(query), TestContext.Current.CancellationToken));

        Assert.Equal(400, status);
        Assert.True(body.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Get_Subscription_IsTheRecord()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        await tables.ApplyAsync(
            StripeEventBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Subscription("incomplete")),
            StripeEventBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start + 1, StripeObjectBuilder.Invoice()));

        var (status, body) = await AnswerAsync(Read(tables).GetAsync(Request(), "sub_1", TestContext.Current.CancellationToken));

        Assert.Equal(200, status);
        Assert.Equal(
            """
            {"id":"sub_1","customer_id":"cus_1","customer_name":"Ada Lovelace","customer_email":"ada@example.com","status":"paid","stripe_status":"incomplete",
            "current_period_end":"2025-11-08T08:53:20Z","past_due_since":null,"livemode":false,"last_event_id":"evt_2","updated_at":"2025-10-09T08:53:21Z"}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(body));
    }

    [Theory]
    [InlineData("sub_unknown")]
    [InlineData("sub_waiting")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Get_NoSuchSubscription_IsNotFound(string id)
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        await tables.ApplyAsync(StripeEventBuilder.Event("evt_1", "invoice.paid", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Invoice(subscription: "\"sub_waiting\"")));

        Assert.Equal(404, (await AnswerAsync(Read(tables).GetAsync(Request(), id, TestContext.Current.CancellationToken))).Status);
    }

    [Fact]
    public async Task GetAudit_InPages_TellsWhatBecameOfEachEvent()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        await tables.ApplyAsync(
            StripeEventBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Subscription("incomplete")),
            StripeEventBuilder.Event("evt_2", "customer.subscription.deleted", SubscriptionLifeBuilder.Start + 1, StripeObjectBuilder.Subscription("canceled")),
            StripeEventBuilder.Event("evt_3", "invoice.paid", SubscriptionLifeBuilder.Start + 2, StripeObjectBuilder.Invoice()));

        var (_, first) = await AnswerAsync(Read(tables).GetAuditAsync(Request("?limit=2"), "sub_1", TestContext.Current.CancellationToken));
        var (_, second) = await AnswerAsync(Read(tables).GetAuditAsync(Request("?limit=2&cursor=evt_2"), "sub_1", TestContext.Current.CancellationToken));

        Assert.Equal("evt_2", first.GetProperty("next_cursor").GetString());
        Assert.Equal(
            """
            {"event_id":"evt_2","type":"customer.subscription.deleted","time":"2025-10-09T08:53:21Z","from":"unpaid","to":"unpaid","outcome":"rejected",
            "reason":"Only a paid subscription can be canceled, and this one is unpaid."}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(first.GetProperty("data")[1]));
        Assert.Equal(("evt_3", JsonValueKind.Null), (second.GetProperty("data")[0].GetProperty("event_id").GetString(), second.GetProperty("next_cursor").ValueKind));
    }

    [Fact]
    public async Task GetAccess_PaidThenPastDue_FollowsTheGracePeriodInOneRead()
    {
        var storage = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(storage);
        var service = new TableServiceClient(storage);
        using var store = new CustomerStore(service, TimeProvider.System);
        var directory = CustomerDirectoryBuilder.Directory(store, service);
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(SubscriptionLifeBuilder.Start + Month + 60));
        await tables.ApplyAsync(
            StripeEventBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Subscription("incomplete")),
            StripeEventBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Invoice()),
            StripeEventBuilder.Event("evt_3", "customer.subscription.updated", SubscriptionLifeBuilder.Start + Month, StripeObjectBuilder.Subscription("past_due", start: SubscriptionLifeBuilder.Start + Month)));
        tables.TakeCalls();

        Assert.Equal("""{"allowed":true,"reason":"grace_period","subscription_id":"sub_1","until":"2025-11-11T08:53:20Z"}""", await AccessAsync("cus_1"));
        Assert.Equal(["GET"], tables.TakeCalls());
        clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("""{"allowed":false,"reason":"past_due","subscription_id":"sub_1","until":null}""", await AccessAsync("cus_1"));
        Assert.Equal("""{"allowed":false,"reason":"no_subscription","subscription_id":null,"until":null}""", await AccessAsync("cus_2"));
        Assert.Equal("""{"allowed":false,"reason":"no_subscription","subscription_id":null,"until":null}""", await AccessAsync("a/b"));

        async Task<string> AccessAsync(string customer)
        {
            var options = Options.Create(new SubscriptionsOptions { GracePeriod = "3.00:00:00" });
            var function = new GetAccessFunction(tables.Customers, directory, options, clock);
            return JsonSerializer.Serialize((await AnswerAsync(function.RunAsync(Request(), customer, TestContext.Current.CancellationToken))).Body);
        }
    }

    /// <summary>Five subscriptions, the even ones of one customer.</summary>
    private static Task FillAsync(SubscriptionsDriver tables) => tables.ApplyAsync([.. Enumerable.Range(0, 5).Select(number => StripeEventBuilder.Event(
        $"evt_{number}", "customer.subscription.created", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Subscription("incomplete", id: $"sub_{number}", customer: $"\"cus_{number % 2}\"")))]);

    private static async Task<List<string>> IdsAsync(SubscriptionsDriver tables, string query)
    {
        var ids = new List<string>();
        for (string? cursor = "", next = null; cursor is not null; cursor = next is null ? null : $"&cursor={next}")
        {
            var (_, page) = await AnswerAsync(Read(tables).ListAsync(Request(query + cursor), TestContext.Current.CancellationToken));
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            next = page.GetProperty("next_cursor").GetString();
        }

        return ids;
    }

    private static ReadSubscriptionsFunctions Read(SubscriptionsDriver tables) => new(tables.Subscriptions, tables.Customers, tables.Directory);

    private static HttpRequest Request(string query = "") => new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request;

    private static async Task<(int Status, JsonElement Body)> AnswerAsync(Task<IResult> result)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        await (await result).ExecuteAsync(context);
        return (context.Response.StatusCode, JsonSerializer.Deserialize<JsonElement>(body.ToArray()));
    }
}
