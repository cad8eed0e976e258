using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Decides what is sent next of what an organization has waiting. Pure.</summary>
/// <param name="state">The queue of all organizations.</param>
/// <param name="options">The bounds of groups.</param>
/// <param name="closesAt">The moment from which an invoice of a month takes no more items.</param>
/// <param name="now">The current time.</param>
/// <param name="mustCompare">Whether an entry may have reached Stripe without our knowing; none when null.</param>
internal sealed class SendPlan(SyncState state, SyncOptions options, Func<string, DateTimeOffset> closesAt, DateTimeOffset now, Func<OutboxEntry, bool>? mustCompare = null)
{
    private readonly int _groupSize = SyncRules.GroupSize(state.Mode, state.Queued, options);

    /// <summary>The next step; null when nothing is left.</summary>
    /// <param name="entries">The outbox, oldest first.</param>
    public SendStep? Next(IReadOnlyList<OutboxEntry> entries)
    {
        if (entries.FirstOrDefault(entry => entry.GivenUp is not null) is { } givenUp)
        {
            return new SendStep.Report(givenUp);
        }

        if (entries.FirstOrDefault(entry => entry.Kind == OutboxKind.Customer) is { } customer)
        {
            return customer.IsDue(now) ? new SendStep.Customer(customer) : new SendStep.Wait(customer.NotBefore!.Value);
        }

        var items = entries.Where(entry => entry.Kind == OutboxKind.Item).ToList();
        var closing = entries.Where(entry => entry.Kind == OutboxKind.Close).Select(entry => entry.InvoiceId).ToHashSet();
        return (NextLines(items.Where(entry => entry.IsDue(now)).ToList(), closing) is { } next ? ComparisonBefore(next, items) as SendStep ?? next : null) ?? NextClose(entries, items) as SendStep ?? NextWait(entries);
    }

    /// <summary>What may have arrived is compared first, all of an invoice at once.</summary>
    private SendStep.Compare? ComparisonBefore(SendStep.Lines next, List<OutboxEntry> items) =>
        IsNew(next.Entries[0]) && next.Entries.Any(entry => mustCompare?.Invoke(entry) == true)
            ? new SendStep.Compare([.. items.Where(entry => IsNew(entry) && entry.InvoiceId == next.Entries[0].InvoiceId)])
            : null;

    /// <summary>Whether Stripe has no line of it, as far as is known.</summary>
    private static bool IsNew(OutboxEntry entry) => entry.Change is LineChange.Add or LineChange.None;

    private SendStep.Lines? NextLines(List<OutboxEntry> due, HashSet<InvoiceId> closing)
    {
        var fresh = due.Where(IsFresh).ToList();
        var isFreshReady = fresh.Count > 0 && SyncRules.IsReady(fresh.Count, now - fresh[0].QueuedAt, fresh.Min(entry => closesAt(entry.Item!.Period)) - now, state, _groupSize);
        var ready = isFreshReady ? due : due.Where(entry => !IsFresh(entry) || closing.Contains(entry.InvoiceId)).ToList();
        if (ready.Count == 0)
        {
            return null;
        }

        // What has failed together is sent together again: the same call has the same idempotency key.
        var first = ready[0];
        var alike = ready.Where(entry => entry.Change == first.Change && entry.InvoiceId == first.InvoiceId && entry.Attempts.Count == first.Attempts.Count
            && entry.Item!.Sent?.StripeInvoiceId == first.Item!.Sent?.StripeInvoiceId);
        return new SendStep.Lines(first.Change, [.. alike.Take(state.Mode == SyncMode.Realtime ? 1 : options.MaxLinesPerInvoice)]);
    }

    /// <summary>An invoice is closed when nothing of it is left to send.</summary>
    private SendStep.Close? NextClose(IReadOnlyList<OutboxEntry> entries, List<OutboxEntry> items) => entries
        .Where(entry => entry.Kind == OutboxKind.Close && entry.IsDue(now) && !items.Any(item => item.InvoiceId == entry.InvoiceId))
        .Select(entry => new SendStep.Close(entry))
        .FirstOrDefault();

    private SendStep.Wait? NextWait(IReadOnlyList<OutboxEntry> entries)
    {
        var times = entries.Select(entry => !entry.IsDue(now) ? entry.NotBefore : entry.Kind == OutboxKind.Item ? ReadyAt(entry) : null).OfType<DateTimeOffset>().ToList();
        return times.Count == 0 ? null : new SendStep.Wait(times.Min());
    }

    private DateTimeOffset ReadyAt(OutboxEntry entry) =>
        entry.QueuedAt + SyncRules.LongestWait > now ? SyncRules.LookAgainAt(entry.QueuedAt, now, state) : now + SyncRules.PauseOf(state);

    private static bool IsFresh(OutboxEntry entry) => entry.Change == LineChange.Add && entry.Attempts.Count == 0;
}

/// <summary>What a sender does next.</summary>
internal abstract record SendStep
{
    /// <summary>Puts what is given up into the failed jobs.</summary>
    public sealed record Report(OutboxEntry Entry) : SendStep;

    /// <summary>Creates or updates the customer.</summary>
    public sealed record Customer(OutboxEntry Entry) : SendStep;

    /// <summary>Looks which lines of an invoice Stripe has.</summary>
    public sealed record Compare(IReadOnlyList<OutboxEntry> Entries) : SendStep;

    /// <summary>Adds, changes or removes lines of one invoice.</summary>
    public sealed record Lines(LineChange Change, IReadOnlyList<OutboxEntry> Entries) : SendStep;

    /// <summary>Compares the lines of an invoice, and finalises it.</summary>
    public sealed record Close(OutboxEntry Entry) : SendStep;

    /// <summary>Nothing is ready before that.</summary>
    public sealed record Wait(DateTimeOffset Until) : SendStep;
}
