using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Azure;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Sending;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>What came back of a call to Stripe instead of an answer, and what that means.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Reason">For people, without secrets.</param>
/// <param name="RetryAt">When a call that was turned away may be made again; null when Stripe does not say.</param>
/// <param name="IsKept">Whether Stripe keeps the failure under the idempotency key.</param>
/// <param name="Line">Which of the lines of the call is to blame, from 0; null when it is not said.</param>
/// <param name="IsSplittable">Whether the same call with fewer lines may succeed.</param>
/// <param name="IsInvoiceEnded">Whether the invoice at Stripe is no draft any more, or is gone.</param>
internal sealed partial record CallFailure(
    FailureKind Kind, string Reason, DateTimeOffset? RetryAt = null, bool IsKept = false, int? Line = null, bool IsSplittable = false, bool IsInvoiceEnded = false)
{
    private const int MaxReason = 500;

    /// <summary>As the failure of a call that was not about lines, though it was made on their behalf: it says nothing of any of them.</summary>
    public CallFailure OfNoLine => this with { Line = null, IsSplittable = false, IsInvoiceEnded = false };

    /// <summary>Reads what a call has thrown.</summary>
    /// <returns>Null for what is not about the call: a storage error, which the queue retries, a lost lease, what could not be written down, or the end of the process.</returns>
    public static CallFailure? Of(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,

        // The storage clients throw an aggregate with one failure for each retry. The Stripe client throws none.
        RequestFailedException or AggregateException or LeaseLostException or LedgerConflictException => null,
        StripeThrottledException throttled => new(FailureKind.TurnedAway, throttled.Message, throttled.RetryAt),
        StripeException { StripeError.Code: "lock_timeout" } => new(FailureKind.TurnedAway, "Another call holds the object at Stripe."),
        StripeException refusal => Of(refusal),
        TimeoutException or OperationCanceledException => new(FailureKind.Failed, "Stripe did not answer in time."),
        HttpRequestException or IOException => new(FailureKind.Failed, $"The connection to Stripe broke: {ShortText.Of(exception.Message, MaxReason)}"),
        NotPossibleException impossible => new(FailureKind.Refused, impossible.Message),
        _ => new(FailureKind.Refused, $"Unexpected: {exception.GetType().Name}: {ShortText.Of(exception.Message, MaxReason)}"),
    };

    private static CallFailure Of(StripeException refusal)
    {
        var status = (int)refusal.HttpStatusCode;
        var reason = $"Stripe answered {status}{(refusal.StripeError?.Code is { } code ? $" ({code})" : "")}: {ShortText.Of(refusal.Message, MaxReason)}";
        return refusal.HttpStatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(FailureKind.KeyRefused, reason),
            HttpStatusCode.Conflict => new(FailureKind.Failed, reason),
            _ when status == 0 => new(FailureKind.Failed, reason),
            _ when status >= 500 => new(FailureKind.Failed, reason, IsKept: true),
            _ when IsAboutInvoice(refusal) => new(FailureKind.Refused, reason, IsInvoiceEnded: true),
            _ => new(FailureKind.Refused, reason, Line: LineOf(refusal.StripeError?.Param), IsSplittable: refusal.HttpStatusCode == HttpStatusCode.BadRequest),
        };
    }

    private static int? LineOf(string? parameter) =>
        parameter is not null && LineParameter().Match(parameter) is { Success: true } line ? int.Parse(line.Groups["line"].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>A refusal of the invoice itself would meet each of its lines.</summary>
    private static bool IsAboutInvoice(StripeException refusal) =>
        refusal.StripeError?.Code == "invoice_not_editable" || (refusal.StripeError?.Code == "resource_missing" && LineOf(refusal.StripeError.Param) is null);

    [GeneratedRegex(@"^lines\[(?<line>\d{1,4})\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LineParameter();
}

/// <summary>What was to be done at Stripe is not possible there, whatever is called.</summary>
internal sealed class NotPossibleException(string reason) : Exception(reason);

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
