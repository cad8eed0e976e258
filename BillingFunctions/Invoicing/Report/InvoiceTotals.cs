using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>How many invoices have a status, and how much money they are about.</summary>
/// <param name="Status">The status of the invoices.</param>
/// <param name="Count">The number of invoices.</param>
/// <param name="Amounts">The sums of their amounts, one a currency, in the order of the currencies.</param>
public sealed record StatusTotal(InvoiceStatus Status, int Count, IReadOnlyList<Money> Amounts);

/// <summary>The invoices of a month in sum.</summary>
/// <param name="Statuses">By status; statuses that no invoice has are left out.</param>
/// <param name="ChangedAt">When one of them was last changed; null when there is none.</param>
public sealed record InvoiceTotals(IReadOnlyList<StatusTotal> Statuses, DateTimeOffset? ChangedAt = null)
{
    public int Count => Statuses.Sum(total => total.Count);

    /// <summary>How many still have something to be done by the app.</summary>
    public int Open => Statuses.Where(total => total.Status.IsOpen()).Sum(total => total.Count);

    /// <summary>How many need an operator.</summary>
    public int Failures => Statuses.Where(total => total.Status.IsFailure()).Sum(total => total.Count);

    /// <summary>How many the amount API has answered with 404, whatever that was judged to mean.</summary>
    public int NotFound { get; init; }

    public int CountOf(InvoiceStatus status) => Statuses.Where(total => total.Status == status).Sum(total => total.Count);
}

/// <summary>What the sweeper has counted last. Unlike the report, which counts when it is asked, it may be some minutes old.</summary>
/// <param name="AsOf">When the count began.</param>
/// <param name="Invoices">How many invoices there were.</param>
/// <param name="Open">How many had something to be done by the app.</param>
/// <param name="Failed">How many needed an operator.</param>
/// <param name="Statuses">By status; statuses that no invoice had are left out.</param>
/// <param name="ChangedAt">When one of them was last changed; null when there was none.</param>
public sealed record InvoicingSummary(DateTimeOffset AsOf, int Invoices, int Open, int Failed, IReadOnlyList<StatusTotal> Statuses, DateTimeOffset? ChangedAt = null)
{
    public static InvoicingSummary From(InvoiceTotals totals, DateTimeOffset asOf) => new(asOf, totals.Count, totals.Open, totals.Failures, totals.Statuses, totals.ChangedAt);

    /// <summary>The same as totals of that time.</summary>
    internal InvoiceTotals ToTotals() => new(Statuses, ChangedAt);
}

/// <summary>Adds invoices up.</summary>
internal sealed class InvoiceTally
{
    private readonly SortedDictionary<InvoiceStatus, int> _counts = [];
    private readonly SortedDictionary<(InvoiceStatus Status, string Currency), long> _amounts = [];
    private DateTimeOffset? _changedAt;
    private int _notFound;

    /// <exception cref="OverflowException">The sum of a currency is more than 9.2 quintillion minor units.</exception>
    public void Add(IEnumerable<MonthlyInvoice> invoices)
    {
        foreach (var invoice in invoices)
        {
            _counts[invoice.Status] = _counts.GetValueOrDefault(invoice.Status) + 1;
            _notFound += invoice.IsNotFound ? 1 : 0;
            _changedAt = _changedAt > invoice.UpdatedAt ? _changedAt : invoice.UpdatedAt;
            if (invoice.Amount is { } money)
            {
                var key = (invoice.Status, money.Currency);
                _amounts[key] = checked(_amounts.GetValueOrDefault(key) + money.Amount);
            }
        }
    }

    public InvoiceTotals Sum() => new(
        [.. _counts.Select(count => new StatusTotal(
            count.Key,
            count.Value,
            [.. _amounts.Where(amount => amount.Key.Status == count.Key).Select(amount => new Money(amount.Value, amount.Key.Currency))]))],
        _changedAt)
    {
        NotFound = _notFound,
    };
}
