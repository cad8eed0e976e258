using System.Net;
using System.Text.RegularExpressions;
using Azure;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>What came back of a call to Stripe instead of an answer, and what that means.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Reason">For people, without secrets.</param>
/// <param name="RetryAt">When a call that was turned away may be made again; null when Stripe does not say.</param>
/// <param name="IsKept">Whether Stripe keeps the failure under the idempotency key.</param>
/// <param name="Refusal">Stripe's answer; null when there was none.</param>
internal sealed partial record StripeFailure(FailureKind Kind, string Reason, DateTimeOffset? RetryAt = null, bool IsKept = false, StripeException? Refusal = null)
{
    private const int MaxReason = 500;

    /// <summary>Reads what a call has thrown.</summary>
    /// <returns>Null for what is not about the call: a storage error, which the queue retries, or the end of the process.</returns>
    public static StripeFailure? From(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,

        // The storage clients throw an aggregate with one failure for each retry. The Stripe client throws none.
        RequestFailedException or AggregateException => null,
        StripeThrottledException throttled => new(FailureKind.TurnedAway, throttled.Message, throttled.RetryAt),
        StripeException { StripeError.Code: "lock_timeout" } => new(FailureKind.TurnedAway, "Another call holds the object at Stripe."),
        StripeException refusal => From(refusal),
        StripeListException contradiction => new(FailureKind.Failed, contradiction.Message),
        TimeoutException or OperationCanceledException => new(FailureKind.Failed, "Stripe did not answer in time."),
        HttpRequestException or IOException => new(FailureKind.Failed, $"The connection to Stripe broke: {ShortText.Of(exception.Message, MaxReason)}"),
        _ => new(FailureKind.Refused, $"Unexpected: {exception.GetType().Name}: {ShortText.Of(exception.Message, MaxReason)}"),
    };

    /// <summary>What Stripe says that a restricted key would need, such as <c>rak_event_read</c>.</summary>
    private static string PermissionOf(StripeException refusal) => Permission().Match(refusal.Message) is { Success: true } named ? named.Value : "for this call";

    [GeneratedRegex("rak_[a-z_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Permission();

    private static StripeFailure From(StripeException refusal)
    {
        var status = (int)refusal.HttpStatusCode;
        var reason = $"Stripe answered {status}{(refusal.StripeError?.Code is { } code ? $" ({code})" : "")}: {ShortText.Of(refusal.Message, MaxReason)}";
        return refusal.HttpStatusCode switch
        {
            HttpStatusCode.Unauthorized => new(FailureKind.KeyRefused, $"Stripe answered 401: {StripeOptions.ApiKeySetting} is not a valid key.", Refusal: refusal),
            HttpStatusCode.Forbidden => new(FailureKind.KeyRefused, $"Stripe answered 403: {StripeOptions.ApiKeySetting} lacks the permission {PermissionOf(refusal)}.", Refusal: refusal),
            HttpStatusCode.Conflict => new(FailureKind.Failed, reason, Refusal: refusal),
            _ when status == 0 => new(FailureKind.Failed, reason, Refusal: refusal),
            _ when status >= 500 => new(FailureKind.Failed, reason, IsKept: true, Refusal: refusal),
            _ => new(FailureKind.Refused, reason, Refusal: refusal),
        };
    }
}

/// <summary>What a failed call means for what it was to do.</summary>
internal enum FailureKind
{
    /// <summary>Tried again; the attempt counts, and whether it has had an effect is not known.</summary>
    Failed,

    /// <summary>Tried again later; no attempt is spent.</summary>
    TurnedAway,

    /// <summary>Given up at once.</summary>
    Refused,

    /// <summary>Nothing more is sent for a while; no attempt is spent.</summary>
    KeyRefused,
}
