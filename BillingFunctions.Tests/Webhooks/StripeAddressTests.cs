using System.Net;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>Webhooks are taken from Stripe's addresses only, if that is wished.</summary>
public sealed class StripeAddressTests(AzuriteFixture azurite)
{
    private const string Header = "X-Client-IP";
    private const string Stripes = "54.187.174.169";

    [Fact]
    public async Task Post_FromHere_IsForbiddenUnlessListed()
    {
        await using var stripe = await StripeFake.StartAsync();
        await using var published = await StartAsync(stripe);
        await using var listed = await StartAsync(stripe, ("Webhooks__StripeIps", "10.0.0.1, 127.0.0.1,"));

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(published));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(published, Stripes)); // nobody has told us to believe that header
        Assert.Equal(HttpStatusCode.OK, await PostAsync(listed));
    }

    [Fact]
    public async Task Post_ThroughAProxy_CountsTheAddressThatTheProxySaw()
    {
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await StartAsync(stripe, ("Webhooks__ForwardedHeader", Header));

        Assert.Equal(HttpStatusCode.OK, await PostAsync(app, Stripes));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(app, $"203.0.113.9, {Stripes}:4711"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(app, $"::ffff:{Stripes}"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(app, $"{Stripes}, 203.0.113.9"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(app, "garbage"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(app));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(app, Stripes, "X-Forwarded-For"));
    }

    private Task<BillingApp> StartAsync(StripeSimulator stripe, params (string, string)[] settings) => BillingApp.StartAsync(
        azurite.NewAccount(), stripe, [("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret), ("Webhooks__EnforceStripeIps", "true"), .. settings]);

    private static async Task<HttpStatusCode> PostAsync(BillingApp app, string? forwardedFor = null, string header = Header)
    {
        using var request = WebhookRequestBuilder.Signed(StripeEventBuilder.Json("evt_sender"));
        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation(header, forwardedFor);
        }

        using var response = await app.Http.SendAsync(request);
        return response.StatusCode;
    }
}
