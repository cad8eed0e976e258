using BillingFunctions.Platform.Explaining;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.UsageBilling.Explain;

/// <summary>Tells the life of an item of usage, and of the invoice of an organization.</summary>
public sealed class UsageExplainer(UsageLedger ledger) : IExplainer
{
    private const string Item = "item";

    public IReadOnlyCollection<string> Kinds => [Item, "invoice"];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken) =>
        query.Kind == Item
            ? ItemId.Parse(query.Id) is { } item ? await FindItemAsync(item, cancellationToken) : null
            : InvoiceId.Parse(query.Id) is { } invoice ? await FindInvoiceAsync(invoice, cancellationToken) : null;

    private async Task<Life?> FindItemAsync(ItemId id, CancellationToken cancellationToken)
    {
        var organization = id.Invoice.OrganizationId;
        if (await ledger.FindAsync(organization, UsageKeys.Of(id), cancellationToken) is not { } row)
        {
            return null;
        }

        var item = ItemRow.Read(row);
        var entry = (await ledger.FindAsync(organization, UsageKeys.EntryOf(id), cancellationToken))?.Read<OutboxEntry>();
        return new Life(Item, item.Id, item.IsDeleted ? "deleted" : item.SyncStatus.ToString().ToLowerInvariant())
        {
            Reason = item.Error ?? item.Note,
            Timeline = [.. TimelineOf(item, entry)],
            Next = NextOf(item, entry),
            Related = [new("invoice", id.Invoice.ToString())],
            Jobs = [(OrganizationDue.ItemsQueue, item.Id)],
        };
    }

    private async Task<Life?> FindInvoiceAsync(InvoiceId id, CancellationToken cancellationToken)
    {
        if ((await ledger.FindAsync(id.OrganizationId, UsageKeys.Of(id), cancellationToken))?.Read<UsageInvoice>() is not { } invoice)
        {
            return null;
        }

        var close = (await ledger.FindAsync(id.OrganizationId, UsageKeys.CloseEntryOf(id), cancellationToken))?.Read<OutboxEntry>();
        return new Life("invoice", invoice.Id, invoice.Status.ToString().ToLowerInvariant())
        {
            Reason = string.Join(' ', invoice.Difference.Concat(invoice.Notes)) is { Length: > 0 } reason ? reason : null,
            Timeline = [.. InvoiceTimeline(invoice, close)],
            Next = invoice.Status switch
            {
                UsageInvoiceStatus.Open => new NextStep($"It takes items of {invoice.Period} and is closed after the month's end."),
                UsageInvoiceStatus.Closing => new NextStep("Its lines at Stripe are compared with its items, when nothing of it is left to send.", close?.NotBefore),
                UsageInvoiceStatus.Held => new NextStep("An operator looks into the difference and closes it again."),
                _ => null,
            },
            Jobs = [(OrganizationDue.ItemsQueue, invoice.Id)],
        };
    }

    private static IEnumerable<TimelineEntry> TimelineOf(UsageItem item, OutboxEntry? entry)
    {
        yield return new(item.CreatedAt, TimelineStep.Received, "It was added to the invoice.") { Detail = $"{item.Line.Amount} {item.Currency} for {item.Period}." };
        foreach (var moment in Journal.Read(item.History).Concat(entry is null or { GivenUp: not null } ? [] : ItemHistory.AttemptsOf(entry)))
        {
            yield return moment.What switch
            {
                ItemHistory.Attempted => moment.ToEntry(TimelineStep.Attempted, "Stripe was to be told; that failed."),
                ItemHistory.Sent => moment.ToEntry(TimelineStep.Attempted, "Stripe has the line."),
                ItemHistory.Removed => moment.ToEntry(TimelineStep.Attempted, "Stripe has no line of it any more."),
                ItemHistory.Found => moment.ToEntry(TimelineStep.Attempted, "Its line was found at Stripe: the answer to a call before was lost."),
                ItemHistory.GivenUp => moment.ToEntry(TimelineStep.Failed, "It was given up."),
                var other => moment.ToEntry(TimelineStep.Decided, other),
            };
        }

        if (entry is not null)
        {
            yield return new(entry.QueuedAt, TimelineStep.Decided, entry.IsRetried ? "It was queued again, because an operator asked for it." : "It was queued for Stripe.");
        }

        if (item.UpdatedAt != item.CreatedAt)
        {
            yield return new(item.UpdatedAt, TimelineStep.Received, item.IsDeleted ? "It was deleted." : "It was changed last.");
        }
    }

    private static NextStep? NextOf(UsageItem item, OutboxEntry? entry) => (entry, item.SyncStatus) switch
    {
        (null, SyncStatus.Discarded or SyncStatus.Canceled) => new("An operator looks into the reason and retries the failed job."),
        (null, _) => null,
        ({ GivenUp: not null }, _) => new("It goes into the failed jobs."),
        ({ Attempts.Count: > 0 }, _) => new($"Attempt {entry.Attempts.Count + 1} is made.", entry.NotBefore),
        _ => new("It is sent to Stripe, alone or in a group, as the queue of all items says.", entry.NotBefore),
    };

    private static IEnumerable<TimelineEntry> InvoiceTimeline(UsageInvoice invoice, OutboxEntry? close)
    {
        yield return new(invoice.CreatedAt, TimelineStep.Received, $"It was made for {invoice.Period}.");
        if (invoice.InvoicedAt is { } invoiced)
        {
            yield return new(invoiced, TimelineStep.Received, "The date that it bears.");
        }

        if (close is not null)
        {
            yield return new(close.QueuedAt, TimelineStep.Decided, "Its closing was queued.");
            foreach (var attempt in ItemHistory.AttemptsOf(close))
            {
                yield return attempt.ToEntry(TimelineStep.Attempted, "It was to be closed; that failed.");
            }
        }

        yield return new(invoice.UpdatedAt, TimelineStep.Decided, $"It was changed last, and is {invoice.Status.ToString().ToLowerInvariant()}.")
        {
            Detail = invoice.StripeInvoices.Count == 0 ? null : $"At Stripe: {string.Join(", ", invoice.StripeInvoices.Select(draft => $"{draft.Id} with {draft.Lines} lines"))}.",
        };
    }
}
