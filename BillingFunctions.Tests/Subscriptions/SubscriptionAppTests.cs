using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Subscriptions;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Subscriptions;

/// <summary>An app, and a Stripe that sends it nothing: what is heard is what the tests say.</summary>
public sealed class SubscriptionAppFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stripe = await StripeFake.StartAsync();
        App = await BillingApp.StartAsync(azurite.NewAccount(), Stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));
    }

    public async ValueTask DisposeAsync()
    {
        await Stripe.DisposeAsync();
        await App.DisposeAsync();
    }

    internal Task DeliverAsync(string id, string type, object content, long created = StripeEventBuilder.Time) =>
        new WebhooksDriver(App).DeliverAsync(StripeEventBuilder.Json(id, type, created, content));

    /// <summary>Waits until a GET answers 200 with what is waited for.</summary>
    internal async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isIt)
    {
        var found = await Poll.UntilAsync(
            async () =>
            {
                using var response = await App.Http.GetAsync(path, TestContext.Current.CancellationToken);
                return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadFromJsonAsync<JsonElement>() : (JsonElement?)null;
            },
            answer => answer is { } json && isIt(json),
            TimeSpan.FromSeconds(60));
        return found!.Value;
    }
}

/// <summary>Subscriptions of customers with any id, of any name, and from before the webhook.</summary>
public sealed class SubscriptionAppTests(SubscriptionAppFixture fixture) : IClassFixture<SubscriptionAppFixture>
{
    [Theory]
    [InlineData("ada@example.com", "sub_mail")]
    [InlineData("Kunde 7 (alt)", "sub_space")]
    [InlineData("a/b\\c#d?e", "sub_refused")]
    [InlineData("李小龍|~'%41", "sub_letters")]
    [InlineData("..", "sub_dots")]
    [InlineData("cus_1", "old sub/7?")]
    public async Task Customer_OfAnyId_HasItsSubscriptions(string customer, string subscription)
    {
        await fixture.DeliverAsync($"evt_{subscription.Length}_{customer.Length}", "customer.subscription.created", new { id = subscription, @object = "subscription", customer, status = "active" });

        var page = await fixture.UntilAsync($"api/subscriptions?customer={Uri.EscapeDataString(customer)}", found => found.GetProperty("data").GetArrayLength() == 1);

        Assert.Equal((subscription, customer), (page.GetProperty("data")[0].GetProperty("id").GetString(), page.GetProperty("data")[0].GetProperty("customer_id").GetString()));
        if (customer != "..")
        {
            var access = await fixture.UntilAsync($"api/customers/{Uri.EscapeDataString(customer)}/access", found => found.GetProperty("allowed").GetBoolean());
            Assert.Equal(subscription, access.GetProperty("subscription_id").GetString());
        }

        await fixture.UntilAsync($"api/subscriptions/{Uri.EscapeDataString(subscription)}/audit", found => found.GetProperty("data").GetArrayLength() == 1);
    }

    [Fact]
    public async Task Customer_OfTheLongestId_HasItsSubscriptions()
    {
        var customer = new string('?', 200) + new string('é', 55);
        await fixture.DeliverAsync("evt_long", "customer.subscription.created", new { id = "sub_long", @object = "subscription", customer, status = "active" });

        await fixture.UntilAsync($"api/subscriptions?customer={Uri.EscapeDataString(customer)}", found => found.GetProperty("data").GetArrayLength() == 1);
    }

    [Fact]
    public async Task Customer_GivenAsAccount_Counts()
    {
        await fixture.DeliverAsync(
            "evt_account", "customer.subscription.created", new { id = "sub_account", @object = "subscription", customer = (string?)null, customer_account = "acct_7", status = "active" });

        await fixture.UntilAsync("api/subscriptions?customer=acct_7", found => found.GetProperty("data").GetArrayLength() == 1);
    }

    [Theory]
    [InlineData("kunde/7#b?c")]
    [InlineData("ada.l@example.com")]
    public async Task Customer_OfAnyId_IsKnownFromItsEvents(string customer)
    {
        await fixture.DeliverAsync($"evt_known_{customer.Length}", "customer.created", new { id = customer, @object = "customer", email = "ada@example.com", created = StripeEventBuilder.Time });

        await fixture.UntilAsync($"api/customers/{Uri.EscapeDataString(customer)}", found => found.GetProperty("email").GetString() == "ada@example.com");
    }

    [Fact]
    public async Task Customer_Renamed_ShowsTheNewNameBesideItsSubscriptions()
    {
        object Customer(string name) => new { id = "cus_renamed", @object = "customer", name, email = $"{name}@example.com", created = StripeEventBuilder.Time };
        await fixture.DeliverAsync("evt_named", "customer.created", Customer("Ada"));
        await fixture.DeliverAsync("evt_sub", "customer.subscription.created", new { id = "sub_renamed", @object = "subscription", customer = "cus_renamed", status = "active" });
        await fixture.UntilAsync("api/subscriptions/sub_renamed", found => found.GetProperty("customer_name").GetString() == "Ada");

        await fixture.DeliverAsync("evt_renamed", "customer.updated", Customer("Grace"), StripeEventBuilder.Time + 60);

        await fixture.UntilAsync("api/subscriptions/sub_renamed", found => found.GetProperty("customer_name").GetString() == "Grace");
        var page = await fixture.UntilAsync("api/subscriptions?customer=cus_renamed", found => found.GetProperty("data").GetArrayLength() == 1);
        Assert.Equal(("Grace", "Grace@example.com"), (page.GetProperty("data")[0].GetProperty("customer_name").GetString(), page.GetProperty("data")[0].GetProperty("customer_email").GetString()));
    }

    [Fact]
    public async Task Payment_WithHalfACharacterInAName_PaysAllTheSame()
    {
        await fixture.DeliverAsync("evt_half_1", "customer.subscription.created", new { id = "sub_half", @object = "subscription", customer = "cus_half", status = "incomplete" });
        var paid = StripeEventBuilder.Json("evt_half_2", "invoice.paid", content: new { id = "in_half", @object = "invoice", customer = "cus_half", customer_name = "Ada HALF", subscription = "sub_half", status = "paid", currency = "usd", created = StripeEventBuilder.Time });

        await new WebhooksDriver(fixture.App).DeliverAsync(paid.Replace("HALF", "\\ud83d", StringComparison.Ordinal));

        var record = await fixture.UntilAsync("api/subscriptions/sub_half", found => found.GetProperty("status").GetString() == "paid");
        Assert.Equal("Ada \ufffd", record.GetProperty("customer_name").GetString());
    }

    [Fact]
    public async Task Payment_OfASubscriptionFromBefore_HasItFetchedAndIsPaid()
    {
        var (customer, subscription) = Before();
        await PayAsync("evt_before", customer, subscription);

        var record = await fixture.UntilAsync($"api/subscriptions/{subscription}", found => found.GetProperty("status").GetString() == "paid");

        Assert.Equal("active", record.GetProperty("stripe_status").GetString());
        await fixture.UntilAsync($"api/customers/{customer}/access", found => found.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task Payment_OfAnEndedSubscriptionFromBefore_HasItFetchedAndIsCanceled()
    {
        var (customer, subscription) = Before();
        fixture.Stripe.Subscriptions.Cancel(subscription);
        await PayAsync("evt_ended", customer, subscription);

        await fixture.UntilAsync($"api/subscriptions/{subscription}", found => found.GetProperty("status").GetString() == "canceled");
    }

    [Fact]
    public async Task Import_OfAnAccountFromBefore_BringsInAllOfIt()
    {
        var active = Enumerable.Range(0, 120).Select(_ => Before().Subscription).ToList();
        var canceled = Before().Subscription;
        fixture.Stripe.Subscriptions.Cancel(canceled);
        var overdue = Before().Subscription;
        fixture.Stripe.Subscriptions.SetStatus(overdue, "past_due");
        var open = fixture.Stripe.Subscriptions.Create(new NewSubscription(fixture.Stripe.Customers.Create("Ada", "ada@example.com")) { PaymentBehavior = "default_incomplete" }).Id;

        var compared = await ImportAsync("?compare=true");

        Assert.True(compared.GetProperty("added").GetInt64() >= 123, compared.ToString());
        Assert.Equal(100, compared.GetProperty("differences").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, compared.GetProperty("differences")[0].GetProperty("before").ValueKind);
        using var notYet = await fixture.App.Http.GetAsync($"api/subscriptions/{canceled}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, notYet.StatusCode);

        var imported = await ImportAsync("");

        Assert.Equal(compared.GetProperty("added").GetInt64(), imported.GetProperty("added").GetInt64());
        Assert.Equal(("canceled", "canceled"), await StatusesAsync(canceled));
        Assert.Equal(("unpaid", "incomplete"), await StatusesAsync(open));
        Assert.All(await Task.WhenAll(active.Select(StatusesAsync)), found => Assert.Equal(("paid", "active"), found));
        Assert.Equal("past_due", (await StatusesAsync(overdue)).StripeStatus);
        var access = await fixture.UntilAsync($"api/customers/{fixture.Stripe.Subscriptions.Get(overdue).Customer}/access", _ => true);
        Assert.False(access.GetProperty("allowed").GetBoolean());

        var again = await ImportAsync("?compare=true");
        Assert.Equal((0, 0), (again.GetProperty("added").GetInt64(), again.GetProperty("changed").GetInt64()));
    }

    [Theory]
    [InlineData("?compare=yes")]
    [InlineData("?compare=true&compare=true")]
    public async Task Import_WrongParameter_IsRefused(string query)
    {
        using var response = await fixture.App.Http.PostAsync($"api/subscriptions/import{query}", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<JsonElement> ImportAsync(string query)
    {
        using var response = await fixture.App.Http.PostAsync($"api/subscriptions/import{query}", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var started = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return await fixture.UntilAsync(started.GetProperty("url").GetString()!.TrimStart('/'), import => import.GetProperty("status").GetString() == "completed");
    }

    private async Task<(string? Status, string? StripeStatus)> StatusesAsync(string subscription)
    {
        var record = await fixture.App.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscription}", TestContext.Current.CancellationToken);
        return (record.GetProperty("status").GetString(), record.GetProperty("stripe_status").GetString());
    }

    private (string Customer, string Subscription) Before()
    {
        var customer = fixture.Stripe.Customers.Create("Ada", "ada@example.com");
        return (customer, fixture.Stripe.Subscriptions.Create(new NewSubscription(customer)).Id);
    }

    private Task PayAsync(string eventId, string customer, string subscription) => fixture.DeliverAsync(
        eventId, "invoice.paid", new { id = fixture.Stripe.Subscriptions.Get(subscription).LatestInvoice, @object = "invoice", customer, subscription, status = "paid", currency = "usd", created = StripeEventBuilder.Time });
}
