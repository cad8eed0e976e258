using System.Net.Http.Headers;
using System.Text;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>Makes one try at delivering an event, signed anew with the time of the try.</summary>
internal sealed class WebhookSender(ApiVersion defaultVersion, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <returns>The status of the answer; null when there was none in time.</returns>
    public async Task<int?> TryAsync(WebhookDelivery delivery, TimeSpan timeout, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            using var request = Build(delivery);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
            return (int)response.StatusCode;
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return null;
        }
    }

    private HttpRequestMessage Build(WebhookDelivery delivery)
    {
        var endpoint = delivery.Endpoint;
        var version = endpoint.ApiVersion is { } name ? ApiVersion.Of(name) : defaultVersion;
        var payload = delivery.Record.ToJson(version).ToJsonString(EventJson.Indented);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new StringContent(payload, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", WebhookSignature.Header(payload, time.GetUtcNow(), endpoint.Secrets));
        request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        return request;
    }
}
