using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>Asks the amount API, once a call. The rate limit, circuit breaker and timeout of its HTTP client are set in <see cref="AmountsRegistration"/>.</summary>
public sealed class AmountClient(HttpClient http, TimeProvider time)
{
    /// <summary>What the customer owes for the month. A failure of the API is an answer too, not an exception.</summary>
    /// <param name="invoice">The customer and the month.</param>
    /// <param name="currency">What the customer is billed in; null when not known: then any currency is accepted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<AmountAnswer> AskAsync(MonthlyInvoice invoice, string? currency, CancellationToken cancellationToken)
    {
        if (AddressOf(invoice) is not { } address)
        {
            return AmountAnswer.Refused("The customer's id cannot be part of an address.");
        }

        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            var answer = (await AmountReader.ReadAsync(response, currency, cancellationToken)) with { ReplyCode = (int)response.StatusCode };
            return answer.Outcome == AmountOutcome.Failed ? answer with { RetryAfter = RetryAfter.Of(response, time.GetUtcNow()) } : answer;
        }
        catch (RateLimiterRejectedException full)
        {
            return AmountAnswer.NotNow(full.RetryAfter!.Value);
        }
        catch (BrokenCircuitException open)
        {
            return AmountAnswer.NotNow(open.RetryAfter ?? AmountsRegistration.Break);
        }
        catch (TimeoutRejectedException late)
        {
            return AmountAnswer.Failed($"The amount API did not answer within {late.Timeout.TotalSeconds} s.");
        }
        catch (HttpRequestException broken)
        {
            return AmountAnswer.Failed($"The amount API could not be reached ({broken.HttpRequestError}).");
        }
    }

    /// <summary>The address to ask; null for an id such as <c>..</c>, which would change the path.</summary>
    private Uri? AddressOf(MonthlyInvoice invoice)
    {
        var month = BillingMonth.Parse(invoice.Month);
        var path = $"customers/{Uri.EscapeDataString(invoice.CustomerId)}/amount-due/{month.Year:D4}/{month.Number:D2}";
        var address = new Uri(http.BaseAddress!, path);
        return address.AbsolutePath == http.BaseAddress!.AbsolutePath + path ? address : null;
    }
}

/// <summary>How a lookup ended.</summary>
internal enum AmountOutcome
{
    /// <summary>There is something to pay.</summary>
    Due = 0,

    /// <summary>There is nothing to pay.</summary>
    NoCharge = 1,

    /// <summary>The answer cannot be billed, and would be the same another time.</summary>
    Refused = 2,

    /// <summary>There was no readable answer. Another attempt may succeed.</summary>
    Failed = 3,

    /// <summary>The API does not know the customer and month. Whether nothing is owed, or something is wrong, the other answers of the month show.</summary>
    NotFound = 5,

    /// <summary>The API was not asked, because its rate limit is used up or the circuit breaker is open. Not an attempt.</summary>
    NotNow = 4,
}

/// <summary>The answer of the amount API.</summary>
/// <param name="Outcome">How the lookup ended.</param>
/// <param name="Amount">What is owed, when <paramref name="Outcome"/> is <see cref="AmountOutcome.Due"/>; else null.</param>
/// <param name="Reason">Why there is no amount, for operators; null when there is one. Without secrets.</param>
/// <param name="RetryAfter">How long to wait at least before the API is asked again: as it said itself, or when it was not asked. Zero when nothing is known.</param>
internal sealed record AmountAnswer(AmountOutcome Outcome, Money? Amount = null, string? Reason = null, TimeSpan RetryAfter = default)
{
    /// <summary>The status of the HTTP answer; null when none came.</summary>
    public int? ReplyCode { get; init; }

    public static AmountAnswer Due(Money amount) => new(AmountOutcome.Due, amount);

    public static AmountAnswer NoCharge(string reason) => new(AmountOutcome.NoCharge, Reason: reason);

    public static AmountAnswer Refused(string reason) => new(AmountOutcome.Refused, Reason: reason);

    public static AmountAnswer Failed(string reason) => new(AmountOutcome.Failed, Reason: reason);

    public static AmountAnswer NotFound(string reason) => new(AmountOutcome.NotFound, Reason: reason);

    public static AmountAnswer NotNow(TimeSpan retryAfter) => new(AmountOutcome.NotNow, RetryAfter: retryAfter);
}
