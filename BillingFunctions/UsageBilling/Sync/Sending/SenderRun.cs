using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>What a sender remembers while it is at work.</summary>
/// <param name="lease">Its lease.</param>
/// <param name="until">When it stops, so that messages behind it do not wait long.</param>
internal sealed class SenderRun(SenderLease lease, DateTimeOffset until)
{
    private readonly Dictionary<(InvoiceId Invoice, string StripeInvoiceId), HashSet<string>> _unnoted = [];
    private readonly HashSet<InvoiceId> _compared = [];

    public SenderLease Lease => lease;

    /// <summary>The items that were added and whose lines' ids are not known, by invoice here and at Stripe.</summary>
    public IReadOnlyDictionary<(InvoiceId Invoice, string StripeInvoiceId), HashSet<string>> Unnoted => _unnoted;

    /// <summary>Since when the oldest entry waits that was left when the outbox was last looked at; null when none was.</summary>
    public DateTimeOffset? OldestLeft { get; set; }

    public bool IsOver(DateTimeOffset now) => now >= until;

    /// <summary>Notes that the lines of an invoice have been compared.</summary>
    public void MarkCompared(InvoiceId invoice) => _compared.Add(invoice);

    /// <summary>Whether an entry may have reached Stripe without our knowing.</summary>
    public bool MustCompare(OutboxEntry entry) => lease.IsInDoubt(entry) && !_compared.Contains(entry.InvoiceId);

    public void RememberUnnoted(InvoiceId invoice, string stripeInvoiceId, IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            (_unnoted.TryGetValue((invoice, stripeInvoiceId), out var known) ? known : _unnoted[(invoice, stripeInvoiceId)] = []).Add(item);
        }
    }
}
