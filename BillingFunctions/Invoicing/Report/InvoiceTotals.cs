using System.Text.Json.Serialization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>How many invoices have a status, and how much money they are about.</summary>
/// <param name="Status">The status.</param>
/// <param name="Count">How many.</param>
/// <param name="Amounts">The sums of their amounts, one a currency, in the order of the currencies.</param>
public sealed record StatusTotal(InvoiceStatus Status, int Count, IReadOnlyList<Money> Amounts);

/// <summary>The invoices of a month in sum.</summary>
public sealed record InvoiceTotals(IReadOnlyList<StatusTotal> Statuses)
{
    [JsonIgnore]
    public int Count => Statuses.Sum(total => total.Count);

    /// <summary>How many still have something to be done by itself.</summary>
    [JsonIgnore]
    public int Open => Statuses.Where(total => total.Status.IsOpen()).Sum(total => total.Count);

    /// <summary>How many a person has to look at.</summary>
    [JsonIgnore]
    public int Failures => Statuses.Where(total => total.Status.IsFailure()).Sum(total => total.Count);

    public int CountOf(InvoiceStatus status) => Statuses.Where(total => total.Status == status).Sum(total => total.Count);
}

/// <summary>Adds invoices up.</summary>
internal sealed class InvoiceTally
{
    private readonly SortedDictionary<InvoiceStatus, int> _counts = [];
    private readonly SortedDictionary<(InvoiceStatus Status, string Currency), long> _amounts = [];

    /// <exception cref="OverflowException">The sum of a currency is more than 9.2 quintillion minor units.</exception>
    public void Add(InvoiceStatus status, Money? amount)
    {
        _counts[status] = _counts.GetValueOrDefault(status) + 1;
        if (amount is { } money)
        {
            var key = (status, money.Currency);
            _amounts[key] = checked(_amounts.GetValueOrDefault(key) + money.Amount);
        }
    }

    public InvoiceTotals Sum() => new([.. _counts.Select(count => new StatusTotal(
        count.Key,
        count.Value,
        [.. _amounts.Where(amount => amount.Key.Status == count.Key).Select(amount => new Money(amount.Value, amount.Key.Currency))]))]);
}
