using System.Net.Http.Headers;
using System.Text;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>One event on its way to one endpoint, signed anew with the time of each try. Thread-safe.</summary>
public sealed class WebhookDelivery : Delivery
{
    private readonly EventRecord _record;
    private readonly ApiVersion _version;

    internal WebhookDelivery(EventRecord record, WebhookEndpoint endpoint, ApiVersion version)
        => (_record, Endpoint, _version) = (record, endpoint, version);

    public string EventId => _record.Id;

    public string EventType => _record.Type;

    public WebhookEndpoint Endpoint { get; }

    internal override HttpRequestMessage Build(DateTimeOffset now)
    {
        var payload = _record.ToJson(_version).ToJsonString(EventJson.Indented);
        var request = new HttpRequestMessage(HttpMethod.Post, Endpoint.Url)
        {
            Content = new StringContent(payload, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", WebhookSignature.Header(payload, now, Endpoint.Secrets));
        request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        return request;
    }

    private protected override void OnAccepted() => _record.Accepted();
}
