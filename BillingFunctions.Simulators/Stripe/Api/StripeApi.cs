using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>Answers one call that has passed keys, limits and faults.</summary>
internal delegate StripeAnswer StripeHandler(StripeCall call);

/// <summary>Where resources register their endpoints.</summary>
internal sealed class StripeApi(WebApplication app, StripePipeline pipeline)
{
    public void Get(string path, StripeHandler handler) => Map(HttpMethods.Get, path, handler);

    public void Post(string path, StripeHandler handler) => Map(HttpMethods.Post, path, handler);

    public void Delete(string path, StripeHandler handler) => Map(HttpMethods.Delete, path, handler);

    /// <summary>Refuses every other address as Stripe does.</summary>
    public void MapUnknown()
        => app.MapFallback(http => pipeline.RunAsync(http, "unknown", call => call.Refuse(StripeProblem.UnknownUrl(http.Request))));

    private void Map(string method, string path, StripeHandler handler)
    {
        var endpoint = $"{method} {path}";
        app.MapMethods(path, [method], http => pipeline.RunAsync(http, endpoint, handler));
    }
}
