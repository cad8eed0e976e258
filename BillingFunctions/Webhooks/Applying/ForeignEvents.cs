using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>Tells events that are kept but change nothing: endpoints also get those of test mode, of connected accounts, and of forms that carry no object.</summary>
public sealed class ForeignEvents(IOptions<StripeOptions> stripe, IOptions<WebhookOptions> webhooks)
{
    /// <summary>Why an event is not applied; null when it is.</summary>
    internal string? ReasonToIgnore(StripeEvent stripeEvent) => stripeEvent switch
    {
        { OtherForm: { } form } => $"It is a {form}, which does not carry its object; only events of the form 'event' are applied.",
        { Account: { } account } when !webhooks.Value.ConnectedAccounts => $"It is of the connected account {account}, and Webhooks__ConnectedAccounts is off.",
        { Livemode: false } when stripe.Value.IsLive => "It is of test mode, and Stripe__ApiKey is a live key.",
        _ => null,
    };
}
