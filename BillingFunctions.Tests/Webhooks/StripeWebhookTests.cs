using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Simulators.Webhooks;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>One app behind a simulated Stripe that sends it webhooks.</summary>
public sealed class WebhookAppFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = await EndToEnd.BeginAsync(azurite);
        Stripe = await StripeFake.StartAsync(change: options => options with { Port = EndToEnd.StripePort });
        App = await EndToEnd.StartAsync(storage, Stripe, ("Stripe__WebhookSecrets", $"whsec_past, {WebhookRequestBuilder.Secret}"));
        Stripe.Webhooks.Retries = new WebhookRetries { FirstDelay = TimeSpan.FromMilliseconds(200) };
        Stripe.Webhooks.Add(new WebhookEndpoint(new Uri(App.Http.BaseAddress!, WebhookRequestBuilder.Path), WebhookRequestBuilder.Secret));
    }

    public async ValueTask DisposeAsync()
    {
        await Stripe.DisposeAsync();
        await App.DisposeAsync();
        EndToEnd.End();
    }

    internal Task<JsonElement> GetAsync(string path) => App.Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Waits until a GET answers 200 with what is waited for.</summary>
    internal async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isIt)
    {
        var found = await Poll.UntilAsync(
            async () =>
            {
                using var response = await App.Http.GetAsync(path);
                return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadFromJsonAsync<JsonElement>() : (JsonElement?)null;
            },
            answer => answer is { } json && isIt(json),
            TimeSpan.FromSeconds(30));
        return found!.Value;
    }

    internal async Task<HttpResponseMessage> PostAsync(string payload, string? signature)
    {
        using var request = WebhookRequestBuilder.With(payload, signature);
        return await App.Http.SendAsync(request);
    }
}

/// <summary>The classes that share the app.</summary>
[CollectionDefinition(nameof(WebhookApp))]
public sealed class WebhookApp : ICollectionFixture<WebhookAppFixture>;

[Collection(nameof(WebhookApp))]
[Trait("Category", EndToEnd.Category)]
public sealed class StripeWebhookTests(WebhookAppFixture fixture)
{
    [Fact]
    public async Task Post_Signed_IsStoredAndTwiceIsADuplicate()
    {
        var payload = StripeEventBuilder.Json("evt_twice");

        using var first = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));
        using var second = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload, secret: "whsec_past"));

        Assert.Equal("""{"received":true,"duplicate":false}""", await first.Content.ReadAsStringAsync());
        Assert.Equal("""{"received":true,"duplicate":true}""", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_UnderFormerNames_IsTheSameInbox()
    {
        var payload = StripeEventBuilder.Json("evt_former");

        var answers = new List<string>();
        foreach (var path in new[] { "api/v1/endpoint/stripe", "api/v1/stripe_events", WebhookRequestBuilder.Path })
        {
            using var request = WebhookRequestBuilder.Signed(payload);
            request.RequestUri = new Uri(path, UriKind.Relative);
            using var response = await fixture.App.Http.SendAsync(request);
            answers.Add(await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(["""{"received":true,"duplicate":false}""", """{"received":true,"duplicate":true}""", """{"received":true,"duplicate":true}"""], answers);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("no time")]
    [InlineData("huge time")]
    [InlineData("time is a word")]
    [InlineData("other secret")]
    [InlineData("other body")]
    [InlineData("stale")]
    [InlineData("future")]
    [InlineData("v0 only")]
    public async Task Post_NotSignedByStripe_IsRefusedAndNothingStored(string flaw)
    {
        var id = $"evt_flaw_{flaw.Replace(' ', '_')}";
        var payload = StripeEventBuilder.Json(id);
        var header = flaw switch
        {
            "missing" => null,
            "empty" => "",
            "garbage" => "hello",
            "no time" => WebhookRequestBuilder.Sign(payload).Split(',', 2)[1],
            "huge time" => WebhookRequestBuilder.SignAt("99999999999999", payload),
            "time is a word" => WebhookRequestBuilder.SignAt("now", payload),
            "other secret" => WebhookRequestBuilder.Sign(payload, secret: "whsec_other"),
            "other body" => WebhookRequestBuilder.Sign(payload + " "),
            "stale" => WebhookRequestBuilder.Sign(payload, TimeSpan.FromSeconds(310)),
            "future" => WebhookRequestBuilder.Sign(payload, TimeSpan.FromSeconds(-310)),
            _ => WebhookRequestBuilder.Sign(payload).Replace("v1=", "v0=", StringComparison.Ordinal),
        };

        using var response = await fixture.PostAsync(payload, header);
        using var replay = await fixture.App.Http.PostAsync($"api/webhook_events/{id}/replay", null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, replay.StatusCode);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Post_OfOneMebibyte_IsTheMost(int more, HttpStatusCode expected)
    {
        var payload = StripeEventBuilder.Json("evt_mebibyte").PadRight(1024 * 1024 + more);

        using var response = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("""not JSON""")]
    [InlineData("""[]""")]
    [InlineData("""{"id":"evt_1","type":"customer.created","created":1767225600}""")]
    [InlineData("""{"id":"evt_1","type":"customer.created","created":"2026-01-01T00:00:00Z","data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"customer.created","created":99999999999999,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"customer.created","created":-1,"data":{"object":{}}}""")]
    [InlineData("""{"id":7,"type":"customer.created","created":1767225600,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"customer.created","created":1767225600,"data":[]}""")]
    public async Task Post_SignedButNoEvent_IsRefused(string payload)
    {
        using var response = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Such as a thin event: Stripe would send a refused one for days, and switch the endpoint off.</summary>
    [Theory]
    [InlineData("""{"id":"evt_thin_1","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","created":"2026-01-01T00:00:00.000Z","livemode":false,"related_object":{"id":"mtr_1","type":"billing.meter","url":"/v1/billing/meters/mtr_1"}}""")]
    [InlineData("""{"id":"evt_thin_2","object":"v2.core.event","type":"v2.core.event_destination.ping","created":"2026-01-01T00:00:00.000Z","related_object":null}""")]
    [InlineData("""{"id":"evt_thin_3","object":"v2.core.event_notification","type":"v1.customer.created","context":"acct_1"}""")]
    public async Task Post_SignedOfAnotherForm_IsKeptAndIgnoredWithItsReason(string payload)
    {
        using var response = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var id = JsonDocument.Parse(payload).RootElement.GetProperty("id").GetString()!;
        var ignored = await new WebhooksDriver(fixture.App).UntilAsync(id, "ignored");
        Assert.Contains("v2.core.event", ignored.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evt_same_type", "customer.created", "cus_same_1", "customer.updated", "cus_same_1")]
    [InlineData("evt_same_object", "customer.updated", "cus_same_2", "customer.updated", "cus_same_3")]
    [InlineData("evt_same_neither", "customer.updated", "cus_same_4", "plan.created", "plan_1")]
    public async Task Post_OneIdForTwoEvents_BothAreTaken(string id, string type, string subject, string otherType, string otherSubject)
    {
        foreach (var (oneType, oneSubject) in new[] { (type, subject), (otherType, otherSubject) })
        {
            var payload = StripeEventBuilder.Json(id, oneType, content: new { id = oneSubject, @object = "customer", created = StripeEventBuilder.Time });
            using var first = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));
            using var second = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));

            Assert.Equal("""{"received":true,"duplicate":false}""", await first.Content.ReadAsStringAsync());
            Assert.Equal("""{"received":true,"duplicate":true}""", await second.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("status=1")]
    [InlineData("status=applied,ignored")]
    [InlineData("status=applied&status=failed")]
    [InlineData("status=sent")]
    [InlineData("cursor=x")]
    public async Task List_WrongQuery_SaysWhatIsAllowed(string query)
    {
        using var response = await fixture.App.Http.GetAsync($"api/webhook_events?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(problem.GetProperty("errors").TryGetProperty(query.Split('=')[0], out _), problem.ToString());
    }

    [Fact]
    public async Task Get_Event_ShowsItWithThePayloadAsItWasReceived()
    {
        var payload = StripeEventBuilder.Json("evt_shown", content: new { id = "plan_1", nickname = "<b>\u00e9" });
        using var received = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));
        await new WebhooksDriver(fixture.App).UntilAsync("evt_shown", "ignored");

        var found = await fixture.App.Http.GetFromJsonAsync<JsonElement>("api/webhook_events/evt_shown");
        using var unknown = await fixture.App.Http.GetAsync("api/webhook_events/evt_shown?created=2020-01-01T00:00:00Z");
        using var refused = await fixture.App.Http.GetAsync("api/webhook_events/evt_shown?created=yesterday");

        Assert.Equal("plan.created", found.GetProperty("type").GetString());
        Assert.Equal(payload, found.GetProperty("payload").GetString());
        Assert.Equal(found.ToString(), (await fixture.App.Http.GetFromJsonAsync<JsonElement>($"api/webhook_events/evt_shown?created={found.GetProperty("created").GetString()}")).ToString());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2020-01-01T00:00:00Z")]
    [InlineData("2999-01-01T00:00:00Z")]
    [InlineData("")]
    [InlineData("2026-11-20T00:00:00Z&from=2026-11-20T00:00:00Z")]
    public async Task Reconcile_FromAWrongTime_IsRefused(string from)
    {
        using var response = await fixture.App.Http.PostAsync($"api/webhook_events/reconcile?from={from}", null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Post_OtherVersionUnknownTypeLive_IsKeptFlaggedAndIgnored()
    {
        var payload = StripeEventBuilder.Json("evt_odd", type: "moon.landed", version: "2019-05-16", livemode: true);

        using var response = await fixture.PostAsync(payload, WebhookRequestBuilder.Sign(payload));
        var listed = await fixture.UntilAsync(
            "api/webhook_events?status=ignored&limit=100", page => page.GetProperty("data").EnumerateArray().Any(one => one.GetProperty("id").GetString() == "evt_odd"));

        var odd = listed.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "evt_odd");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(odd.GetProperty("api_version_mismatch").GetBoolean());
        Assert.True(odd.GetProperty("livemode").GetBoolean());
    }

    [Fact]
    public async Task Replay_AppliedEvent_IsAppliedAgain()
    {
        var customer = fixture.Stripe.Customers.Create("Replayed", "replayed@example.com");
        var id = fixture.Stripe.Events.All.Single(one => one.ObjectId == customer).Id;
        var first = await AppliedAtAsync(id);

        using var replayed = await fixture.App.Http.PostAsync($"api/webhook_events/{id}/replay", null);

        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        Assert.True(await AppliedAtAsync(id, after: first) > first);
    }

    [Fact]
    public async Task Reconcile_EventsThatNeverArrived_AreFedIn()
    {
        fixture.Stripe.Webhooks.Disorder.DropRate = 1;
        var customer = fixture.Stripe.Customers.Create("Lost", "lost@example.com");
        fixture.Stripe.Webhooks.Disorder.DropRate = 0;

        using var response = await fixture.App.Http.PostAsync("api/webhook_events/reconcile", null);
        var report = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.True(report.GetProperty("missing").GetInt32() >= 1, report.ToString());
        await fixture.UntilAsync($"api/customers/{customer}", found => found.GetProperty("email").GetString() == "lost@example.com");
        using var again = await fixture.App.Http.PostAsync("api/webhook_events/reconcile", null);
        Assert.Equal(0, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("missing").GetInt32());
    }

    [Theory]
    [InlineData(Fault.Unauthorized, "not a valid key")]
    [InlineData(Fault.Forbidden, "lacks the permission")]
    public async Task Reconcile_KeyIsRefused_SaysSo(Fault fault, string reason)
    {
        fixture.Stripe.Faults.Plan(fault);

        using var response = await fixture.App.Http.PostAsync("api/webhook_events/reconcile", null);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(reason, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Null while it is not applied.</summary>
    private async Task<DateTimeOffset> AppliedAtAsync(string id, DateTimeOffset after = default) =>
        (await fixture.UntilAsync($"api/webhook_events/{id}", found => found.GetProperty("status").GetString() == "applied" && found.GetProperty("settled_at").GetDateTimeOffset() > after))
            .GetProperty("settled_at").GetDateTimeOffset();
}
