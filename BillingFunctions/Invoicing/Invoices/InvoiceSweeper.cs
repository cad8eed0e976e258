using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// Goes through the invoices of the last two months, and of older ones that are open: ends mails whose sender has died, queues again what lost its message, has 404s judged when all
/// lookups have ended, and writes the month's summary. To find them it reads a whole month, so it rests the longer the longer that takes. A sweep that is cut off goes
/// on where it was. Several may sweep at once: each change is a compare-and-swap, and a message carries the attempt that it is for.
/// </summary>
public sealed partial class InvoiceSweeper(
    MonthlyInvoiceList list, MonthlyInvoiceStore store, InvoicingRuns runs, InvoicePolicy policy, TimeProvider time, ILogger<InvoiceSweeper> logger) : ISweeper
{
    /// <summary>How many times as long as a pass took the next one waits, when nothing was open and when something was.</summary>
    private const int RestWhenIdle = 20;
    private const int RestWhenOpen = 2;

    private const int Parallelism = 16;

    /// <summary>How many months are looked at, latest first.</summary>
    private const int MaxMonths = 24;

    /// <summary>How long a sweep waits for room in the queues, all in all, and how often it looks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NoRoom = TimeSpan.FromSeconds(1);

    private readonly Dictionary<BillingMonth, Pass> _passes = [];

    public string Name => "invoices";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (now, queued) = (time.GetUtcNow(), 0);
        foreach (var month in await MonthsAsync(now, cancellationToken))
        {
            var pass = _passes.GetValueOrDefault(month, new Pass(NotBefore: now));
            queued += now < pass.NotBefore ? 0 : await SweepAsync(month, pass.From is null ? new Pass(now) : pass, now + Patience, cancellationToken);
        }

        return queued;
    }

    /// <summary>The last two months, and of those before the ones that are open: a summary without anything open ends a month until something in it opens again.</summary>
    private async Task<IReadOnlyList<BillingMonth>> MonthsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<BillingMonth> months = [.. RecentMonths(now)];
        foreach (var month in (await runs.ListMonthsAsync(MaxMonths, before: null, cancellationToken)).Select(BillingMonth.Parse).Except(months))
        {
            if (await runs.FindSummaryAsync(month.ToString(), cancellationToken) is null or { Open: > 0 })
            {
                months.Add(month);
            }
        }

        return months;
    }

    /// <summary>Whether a month is only looked at as long as something in it is open, see <see cref="InvoicingRuns.ReopenAsync"/>.</summary>
    internal static bool IsOld(BillingMonth month, DateTimeOffset now) => !RecentMonths(now).Contains(month);

    private static BillingMonth[] RecentMonths(DateTimeOffset now) => [BillingMonth.From(now).Previous, BillingMonth.From(now).Previous.Previous];

    private async Task<int> SweepAsync(BillingMonth month, Pass pass, DateTimeOffset patientUntil, CancellationToken cancellationToken)
    {
        var (began, queued) = (time.GetTimestamp(), 0);
        var isAdded = await runs.FindLatestAsync(month.ToString(), cancellationToken) is { FinishedAt: not null };
        await foreach (var (invoices, next) in list.ListPiecesAsync(month.ToString(), pass.From, cancellationToken))
        {
            queued += await SweepAsync(invoices, patientUntil, cancellationToken);
            pass = pass with { From = next };
            pass.Tally.Add(invoices);
            _passes[month] = pass;
        }

        var totals = pass.Tally.Sum();
        if (isAdded && totals.CountOf(InvoiceStatus.Pending) == 0 && totals.CountOf(InvoiceStatus.NotFound) > 0)
        {
            await JudgeAsync(month.ToString(), new LookupsEnded(totals.NotFound, totals.Count - totals.CountOf(InvoiceStatus.NotBilled)), cancellationToken);
        }

        foreach (var status in Enum.GetValues<InvoiceStatus>())
        {
            BillingMetrics.RecordInvoices(month.ToString(), status.ToText(), totals.CountOf(status));
        }

        var summary = InvoicingSummary.From(totals, asOf: pass.NotBefore);
        await WriteAsync(month.ToString(), summary, cancellationToken);
        _passes[month] = new Pass(time.GetUtcNow() + (time.GetElapsedTime(began) * (summary.Open > 0 ? RestWhenOpen : RestWhenIdle)));
        return queued;
    }

    /// <summary>Applies the event to each invoice that is held as not found. A sweep that is cut off here judges the rest the next time, and in the same way, since those that have been judged still count.</summary>
    private async Task JudgeAsync(string month, LookupsEnded ended, CancellationToken cancellationToken)
    {
        if (!policy.Believes(ended))
        {
            Log.TooManyNotFound(logger, ended.NotFound, ended.Billed, month);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            list.ListAsync(month, [InvoiceStatus.NotFound], after: null, cancellationToken), options, async (invoice, token) => await store.ApplyAsync(invoice, ended, token));
    }

    private async Task<int> SweepAsync(IReadOnlyList<MonthlyInvoice> invoices, DateTimeOffset patientUntil, CancellationToken cancellationToken)
    {
        var due = invoices.Select(invoice => InvoiceTransitions.Of(invoice, new Swept(), policy, time.GetUtcNow())).Where(transition => transition.IsChanged)
            .ToLookup(transition => transition.Effects.Count > 0, transition => transition.Before);
        foreach (var invoice in due[false])
        {
            await SweepAsync(invoice, cancellationToken);
        }

        var (silent, done, queued) = (due[true].ToList(), 0, 0);
        while (done < silent.Count)
        {
            // Behind a long queue silence means nothing.
            var taken = await store.ReserveCapacityAsync(
                async room =>
                {
                    foreach (var invoice in silent.Skip(done).Take(room))
                    {
                        queued += await SweepAsync(invoice, cancellationToken) ? 1 : 0;
                    }

                    return room;
                },
                cancellationToken);
            done += taken;
            if (done < silent.Count)
            {
                if (time.GetUtcNow() + NoRoom > patientUntil)
                {
                    break;
                }

                await Task.Delay(NoRoom, time, cancellationToken);
            }
        }

        return queued;
    }

    /// <summary>By its key: a piece of the list has only the columns that a decision needs.</summary>
    /// <returns>Whether it was queued.</returns>
    private async Task<bool> SweepAsync(MonthlyInvoice invoice, CancellationToken cancellationToken) =>
        await store.ApplyAsync(invoice.Month, invoice.CustomerId, new Swept(), cancellationToken) is { Effects.Count: > 0 };

    private async Task WriteAsync(string month, InvoicingSummary summary, CancellationToken cancellationToken)
    {
        var before = await runs.FindSummaryAsync(month, cancellationToken);
        if (summary.Invoices == 0 && before is null)
        {
            return;
        }

        await runs.SaveSummaryAsync(month, summary, cancellationToken);
        if (summary.Open == 0 && before is null or { Open: > 0 })
        {
            Log.Ended(logger, month, summary.Invoices, summary.Failed);
        }
    }

    /// <summary>A pass over a month.</summary>
    /// <param name="NotBefore">When it begins.</param>
    private sealed record Pass(DateTimeOffset NotBefore)
    {
        /// <summary>Where it goes on; null for the beginning.</summary>
        public string? From { get; init; }

        public InvoiceTally Tally { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 2,
            Level = LogLevel.Warning,
            Message = "The amount API has answered 404 for {NotFound} of the {Invoices} invoices of {Month}. That is too many to mean that nothing is owed; they are lookup_failed. See whether Amounts__BaseUrl and the customers' ids are right, then call retry_lookups.")]
        public static partial void TooManyNotFound(ILogger logger, int notFound, int invoices, string month);

        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "None of the {Invoices} invoices of {Month} is open any more. {Failed} of them need an operator.")]
        public static partial void Ended(ILogger logger, string month, int invoices, int failed);
    }
}
