using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>Asks the amount API, one try a call. The client's rate limit, circuit breaker and timeout are in <see cref="AmountsRegistration"/>.</summary>
public sealed class AmountClient(HttpClient http)
{
    /// <summary>What the customer owes for the month. Never throws for what the API does.</summary>
    /// <param name="invoice">The customer and the month.</param>
    /// <param name="currency">What the customer is billed in; null when not known, then any currency will do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<AmountAnswer> AskAsync(MonthlyInvoice invoice, string? currency, CancellationToken cancellationToken)
    {
        if (AddressOf(invoice) is not { } address)
        {
            return AmountAnswer.Refused("The customer's id cannot be part of an address.");
        }

        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            return await AmountReader.ReadAsync(response, currency, cancellationToken);
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

    /// <summary>Null for an id such as <c>..</c>, which would lead elsewhere.</summary>
    private Uri? AddressOf(MonthlyInvoice invoice)
    {
        var month = BillingMonth.Parse(invoice.Month);
        var path = $"customers/{Uri.EscapeDataString(invoice.CustomerId)}/amount-due/{month.Year:D4}/{month.Number:D2}";
        var address = new Uri(http.BaseAddress!, path);
        return address.AbsolutePath == http.BaseAddress!.AbsolutePath + path ? address : null;
    }
}

/// <summary>What came of asking for an amount.</summary>
internal enum AmountOutcome
{
    /// <summary>There is something to pay.</summary>
    Due = 0,

    /// <summary>There is nothing to pay.</summary>
    NoCharge = 1,

    /// <summary>The answer cannot be billed, and asking again would not change that.</summary>
    Refused = 2,

    /// <summary>There was no answer that can be read. Asking again may help.</summary>
    Failed = 3,

    /// <summary>The API was not asked: its rate limit is used up, or it is known to be down. No attempt.</summary>
    NotNow = 4,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="Amount">What is owed, when it is due.</param>
/// <param name="Reason">Why not, for people.</param>
/// <param name="RetryAfter">When not now: about when.</param>
internal sealed record AmountAnswer(AmountOutcome Outcome, Money? Amount = null, string? Reason = null, TimeSpan RetryAfter = default)
{
    public static AmountAnswer Due(Money amount) => new(AmountOutcome.Due, amount);

    public static AmountAnswer NoCharge(string reason) => new(AmountOutcome.NoCharge, Reason: reason);

    public static AmountAnswer Refused(string reason) => new(AmountOutcome.Refused, Reason: reason);

    public static AmountAnswer Failed(string reason) => new(AmountOutcome.Failed, Reason: reason);

    public static AmountAnswer NotNow(TimeSpan retryAfter) => new(AmountOutcome.NotNow, RetryAfter: retryAfter);
}
