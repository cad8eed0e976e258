using BillingFunctions.Platform;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// Lookups and mails of the last two months, whoever else watches over them. To find open invoices it reads a whole month, so it looks the less often
/// the longer that takes. A sweep that is cut off goes on where it was.
/// </summary>
public sealed class InvoiceSweeper(MonthlyInvoiceStore store, HangingInvoices hanging, TimeProvider time) : ISweeper
{
    /// <summary>How many times as long as a sweep took the next one waits, when nothing was open and when something was.</summary>
    private const int RestWhenIdle = 20;
    private const int RestWhenOpen = 2;

    private static readonly InvoiceStatus[] Open = [.. InvoiceStatuses.All.Where(status => status.IsOpen())];

    private readonly Dictionary<BillingMonth, Position> _positions = [];

    public string Name => "invoices";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (last, requeued) = (BillingMonth.Of(time.GetUtcNow()).Previous, 0);
        foreach (var month in new[] { last, last.Previous })
        {
            var position = _positions.GetValueOrDefault(month, new Position(null, default));
            requeued += time.GetUtcNow() < position.NotBefore ? 0 : await SweepAsync(month, position.From, cancellationToken);
        }

        return requeued;
    }

    private async Task<int> SweepAsync(BillingMonth month, string? from, CancellationToken cancellationToken)
    {
        var (began, requeued, isAnyOpen) = (time.GetTimestamp(), 0, false);
        await foreach (var (invoices, next) in store.ListPiecesAsync(month.ToString(), Open, from, cancellationToken))
        {
            var silent = new List<MonthlyInvoice>();
            foreach (var stored in invoices)
            {
                var invoice = await hanging.CheckLeaseAsync(stored, cancellationToken);
                silent.AddRange(hanging.IsSilent(invoice) ? [invoice] : []);
            }

            requeued += await hanging.RequeueAsync(silent, cancellationToken);
            isAnyOpen |= invoices.Count > 0;
            _positions[month] = new Position(next, default);
        }

        var rest = time.GetElapsedTime(began) * (isAnyOpen ? RestWhenOpen : RestWhenIdle);
        _positions[month] = new Position(null, time.GetUtcNow() + rest);
        return requeued;
    }

    /// <param name="From">Where the next sweep goes on; null for the beginning.</param>
    /// <param name="NotBefore">When that is.</param>
    private sealed record Position(string? From, DateTimeOffset NotBefore);
}
