using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
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
    /// <summary><c>req_…</c> of Stripe's answer; null when there was none.</summary>
    public string? StripeRequestId { get; init; }

    /// <summary>The HTTP status of Stripe's answer; null when there was none.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>As the failure of a call that was not about lines, though it was made on their behalf: it says nothing of any of them.</summary>
    public CallFailure OfNoLine => this with { Line = null, IsSplittable = false, IsInvoiceEnded = false };

    /// <summary>Reads what a call has thrown.</summary>
    /// <returns>Null for what is not about the call: a storage error, which the queue retries, a lost lease, what could not be written down, or the end of the process.</returns>
    public static CallFailure? From(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        LeaseLostException or LedgerConflictException => null,
        NotPossibleException impossible => new(FailureKind.Refused, impossible.Message),
        _ => StripeFailure.From(exception, cancellationToken) is { } failure ? From(failure) : null,
    };

    private static CallFailure From(StripeFailure failure)
    {
        var plain = new CallFailure(failure.Kind, failure.Reason, failure.RetryAt, failure.IsKept)
        {
            StripeRequestId = failure.Refusal?.StripeResponse?.RequestId,
            ReplyCode = failure.Refusal?.HttpStatusCode is { } status && (int)status > 0 ? (int)status : null,
        };
        return failure is not { Kind: FailureKind.Refused, Refusal: { } refusal } ? plain
            : IsAboutInvoice(refusal) ? plain with { IsInvoiceEnded = true }
            : plain with { Line = LineOf(refusal.StripeError?.Param), IsSplittable = refusal.HttpStatusCode == HttpStatusCode.BadRequest };
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
