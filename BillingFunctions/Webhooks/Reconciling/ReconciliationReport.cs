using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>What a reconciliation found.</summary>
/// <param name="From">Events from this time on were looked at.</param>
/// <param name="Checked">How many Stripe has.</param>
/// <param name="Missing">How many of them had never arrived and have been fed into the inbox.</param>
/// <param name="Stuck">How many had arrived long ago and not been applied; they have been queued again.</param>
/// <param name="Unreadable">How many of what Stripe listed are no events that we can read; the log has them.</param>
/// <param name="Ids">The first hundred of the missing and stuck ones.</param>
public sealed record ReconciliationReport(DateTimeOffset From, int Checked, int Missing, int Stuck, int Unreadable, IReadOnlyList<string> Ids);

/// <summary>The report while it is being made.</summary>
internal sealed class ReconciliationFindings
{
    private const int MaxIds = 100;

    private readonly HashSet<string> _seen = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _stuck = [];
    private int _checked;
    private int _unreadable;

    /// <summary>Forgets what was seen: only inside a slice does Stripe list an event twice.</summary>
    public void BeginSlice() => _seen.Clear();

    /// <returns>Whether the event had not been looked at yet.</returns>
    public bool IsFirstSight(string id)
    {
        var isFirst = _seen.Add(id);
        _checked += isFirst ? 1 : 0;
        return isFirst;
    }

    public void AddUnreadable() => _unreadable++;

    public void Add(IEnumerable<InboxEvent> missing, IEnumerable<InboxEvent> stuck)
    {
        _missing.AddRange(missing.Select(one => one.Event.Id));
        _stuck.AddRange(stuck.Select(one => one.Event.Id));
    }

    public ReconciliationReport Since(DateTimeOffset from) => new(from, _checked, _missing.Count, _stuck.Count, _unreadable, [.. _missing.Concat(_stuck).Take(MaxIds)]);
}
