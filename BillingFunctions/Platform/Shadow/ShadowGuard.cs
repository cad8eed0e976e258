using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Shadow;

/// <summary>The last resort of shadow mode, in HTTP clients: a request that may change something is not sent. One that comes here is a fault of the app, since it should have been recorded instead.</summary>
internal sealed class ShadowGuard(IOptions<ShadowOptions> options) : DelegatingHandler
{
    /// <exception cref="ShadowBreachException">Shadow mode is on, and the request is no GET or HEAD.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        options.Value.Enabled && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
            ? throw new ShadowBreachException(request)
            : base.SendAsync(request, cancellationToken);
}

/// <summary>Something would have left the app although shadow mode is on.</summary>
internal sealed class ShadowBreachException(HttpRequestMessage request)
    : InvalidOperationException($"Shadow mode is on ({ShadowOptions.EnabledSetting}): {request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Path)} was not sent. It should have been recorded, and is a fault of the app.");
