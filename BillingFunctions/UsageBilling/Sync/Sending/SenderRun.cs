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

    /// <summary>Whether it is not known what a sender that has died sent of an invoice; true once for each.</summary>
    public bool IsFirstAfterTakeover(InvoiceId invoice) => lease.IsTakenOver && _compared.Add(invoice);

    public void RememberUnnoted(InvoiceId invoice, string stripeInvoiceId, IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            (_unnoted.TryGetValue((invoice, stripeInvoiceId), out var known) ? known : _unnoted[(invoice, stripeInvoiceId)] = []).Add(item);
        }
    }
}
