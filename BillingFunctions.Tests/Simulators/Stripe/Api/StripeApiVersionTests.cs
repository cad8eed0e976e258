using System.Net;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Testing.Fakes;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Api;

public sealed class StripeApiVersionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_OfStripeNet_NamesTheNewestVersion()
    {
        await using var simulator = await StartAsync(1, change: options => options with { ApiVersion = StripeApiVersions.Previous });

        var page = await simulator.Customers().ListAsync(cancellationToken: Token);

        Assert.Equal(StripeApiVersions.Newest, StripeConfiguration.ApiVersion);
        Assert.Equal(StripeApiVersions.Newest, page.StripeResponse.Headers.GetValues("Stripe-Version").Single());
    }

    [Theory]
    [InlineData(null, StripeApiVersions.Newest)]
    [InlineData(StripeApiVersions.Newest, StripeApiVersions.Newest)]
    [InlineData(StripeApiVersions.Previous, StripeApiVersions.Previous)]
    [InlineData(StripeApiVersions.BeforeBasil, StripeApiVersions.BeforeBasil)]
    public async Task Call_KnownVersionOrNone_IsAnsweredInIt(string? named, string expected)
    {
        await using var simulator = await StartAsync();

        using var response = await GetAsync(simulator, named);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Headers.GetValues("Stripe-Version").Single());
    }

    [Theory]
    [InlineData("2026-10-28.dahlia")]
    [InlineData("2027-01-01.unknown")]
    [InlineData("endive")]
    public async Task Call_UnknownVersion_IsRefused(string named)
    {
        await using var simulator = await StartAsync();

        using var response = await GetAsync(simulator, named);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(StripeApiVersions.Newest, response.Headers.GetValues("Stripe-Version").Single());
        var error = (await System.Text.Json.JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(Token), default, Token)).RootElement.GetProperty("error");
        Assert.Equal(("invalid_request_error", $"Invalid Stripe API version: {named}"), (error.GetProperty("type").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Events_OfEndpointsWithDifferentVersions_NameEachItsOwn()
    {
        await using var newest = await WebhookReceiverFake.StartAsync();
        await using var previous = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync();
        simulator.Webhooks.Add(newest.Endpoint);
        simulator.Webhooks.Add(previous.Endpoint with { ApiVersion = StripeApiVersions.Previous });

        simulator.Customers.Create("Ada");
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        var ((taken, takenSignature), (refused, refusedSignature)) = (Assert.Single(newest.Raw), Assert.Single(previous.Raw));
        var read = EventUtility.ConstructEvent(taken, takenSignature, WebhookReceiverFake.Secret, throwOnApiVersionMismatch: true);
        Assert.Equal((StripeApiVersions.Newest, "Ada"), (read.ApiVersion, ((Customer)read.Data.Object).Name));
        var mismatch = Assert.Throws<StripeException>(
            () => EventUtility.ConstructEvent(refused, refusedSignature, WebhookReceiverFake.Secret, throwOnApiVersionMismatch: true));
        Assert.Contains(StripeApiVersions.Previous, mismatch.Message, StringComparison.Ordinal);
        Assert.Equal(read.Id, Assert.Single(previous.Received).Id);
    }

    [Fact]
    public async Task Events_OfAnAccountWithThePreviousVersion_AreListedInIt()
    {
        await using var simulator = await StartAsync(change: options => options with { ApiVersion = StripeApiVersions.Previous });
        simulator.Customers.Create();

        var listed = await simulator.Client().V1.Events.ListAsync(cancellationToken: Token);

        Assert.Equal(StripeApiVersions.Previous, Assert.Single(listed).ApiVersion);
    }

    [Fact]
    public async Task Start_UnknownVersion_IsRefused()
    {
        await Assert.ThrowsAsync<StripeRefusalException>(() => StartAsync(change: options => options with { ApiVersion = "2026-01-01.other" }));
        await using var simulator = await StartAsync();
        await using var receiver = await WebhookReceiverFake.StartAsync();
        Assert.Throws<StripeRefusalException>(() => simulator.Webhooks.Add(receiver.Endpoint with { ApiVersion = "2026-01-01.other" }));
    }

    private static async Task<HttpResponseMessage> GetAsync(StripeSimulator simulator, string? version)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{simulator.BaseUrl}/v1/customers");
        request.Headers.Add("Authorization", "Bearer sk_test_1");
        if (version is not null)
        {
            request.Headers.Add("Stripe-Version", version);
        }

        return await http.SendAsync(request, Token);
    }
}
