using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace BillingFunctions.Webhooks;

/// <summary><c>POST /api/webhooks/stripe</c>: verified, stored, queued, and only then 200. Whatever fails before answers so that Stripe sends again.</summary>
public sealed class StripeWebhookFunction(WebhookSignature signature, WebhookInbox inbox, ApiVersionNotice apiVersion, IOptions<WebhookOptions> options)
{
    private const int MaxBody = 1024 * 1024;

    /// <summary>Takes an event of Stripe.</summary>
    /// <remarks>200 when it is stored; then it is applied. Whatever fails before is refused, and Stripe sends again.</remarks>
    [Function(nameof(StripeWebhookFunction))]
    [SecuredBy("stripe_signature", ParameterLocation.Header, "Stripe-Signature", "`t=` the time in seconds, and `v1=` the HMAC-SHA256 of that time, a dot and the raw body by the secret of the webhook endpoint, in hex; comma-separated. Any of `Stripe__WebhookSecrets` verifies. Not older than five minutes.")]
    [Consumes(typeof(JsonObject), "application/json")]
    [ProducesResponseType<Receipt>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status403Forbidden)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/webhooks/stripe")] HttpRequest request, CancellationToken cancellationToken) =>
        VerifyAsync(request, cancellationToken);

    /// <summary>A former name, which endpoints at Stripe may still have.</summary>
    [Function("StripeEndpointV1Function")]
    [AliasOf(nameof(RunAsync))]
    public Task<IResult> RunEndpointV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/endpoint/stripe")] HttpRequest request, CancellationToken cancellationToken) =>
        VerifyAsync(request, cancellationToken);

    /// <inheritdoc cref="RunEndpointV1Async"/>
    [Function("StripeEventsV1Function")]
    [AliasOf(nameof(RunAsync))]
    public Task<IResult> RunEventsV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/stripe_events")] HttpRequest request, CancellationToken cancellationToken) =>
        VerifyAsync(request, cancellationToken);

    private async Task<IResult> VerifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (options.Value.EnforceStripeIps && !(SenderAddress.Of(request, options.Value.ForwardedHeader) is { } sender && options.Value.Allowed.Contains(sender)))
        {
            return Problems.Problem(StatusCodes.Status403Forbidden, "forbidden", "Not from Stripe", "Webhooks are taken from Stripe's addresses only.");
        }

        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        if (!signature.IsValid(body, request.Headers["Stripe-Signature"]))
        {
            return Problems.Invalid("Stripe-Signature", "The value must be a signature of this body by one of our secrets, not older than five minutes.");
        }

        try
        {
            return await ReceiveAsync(new InboxEvent(StripeEvent.Parse(body), body, "webhook"), cancellationToken);
        }
        catch (JsonException)
        {
            return Problems.Invalid("body", "The body must be a Stripe event.");
        }
    }

    private async Task<IResult> ReceiveAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        apiVersion.Look(received.Event);
        var duplicate = await inbox.ReceiveAsync(received, cancellationToken);
        BillingMetrics.RecordReceived(duplicate);
        return ApiJson.Ok(new Receipt(Received: true, duplicate));
    }
    /// <summary>The answer to an event.</summary>
    /// <param name="Received">True: the event is stored.</param>
    /// <param name="Duplicate">Whether it was there already.</param>
    internal sealed record Receipt(bool Received, bool Duplicate);
}
