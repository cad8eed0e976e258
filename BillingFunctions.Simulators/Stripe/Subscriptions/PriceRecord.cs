using System.Globalization;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>What one unit costs. An id such as <c>price_eur_1250_year</c> says it all; any other <c>price_…</c> is 10 USD a month.</summary>
/// <param name="UnitAmount">In minor units.</param>
/// <param name="Interval"><c>month</c> or <c>year</c>.</param>
public sealed record PriceRecord(string Id, string Currency, long UnitAmount, string Interval)
{
    private const int CurrencyLength = 3;

    internal string Product => $"prod_{Id["price_".Length..]}";

    /// <exception cref="StripeRefusalException">There is no such price.</exception>
    internal static PriceRecord Find(string id, string param) => id.Split('_') switch
    {
        ["price", { Length: CurrencyLength } currency, var amount, .. var rest] when long.TryParse(amount, CultureInfo.InvariantCulture, out var minor)
            => new PriceRecord(id, currency, minor, rest is ["year"] ? "year" : "month"),
        ["price", ..] => new PriceRecord(id, "usd", 1000, "month"),
        _ => throw new StripeRefusalException(StripeProblem.Missing("price", id, param)),
    };

    /// <summary>When the n-th period after the anchor begins: the same day of the month, or the last one.</summary>
    internal long PeriodStart(long anchor, int period)
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(anchor);
        return (Interval == "year" ? start.AddYears(period) : start.AddMonths(period)).ToUnixTimeSeconds();
    }
}
