using BillingFunctions.Platform.Storage;
using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>
/// Hands events to their handlers. Events of one subject that arrive while its handler is busy with it are handed over together, from whichever messages they are: one read and
/// one write for all, and no two at odds. Different subjects are applied at the same time.
/// </summary>
public sealed class EventGroups(WebhookInbox inbox) : GroupCommit<(IStripeEventHandler Handler, string Subject), StripeEvent, bool>(
    static line => line.Count,
    static async (key, events) =>
    {
        // Not to be canceled: the events may be of several messages.
        await key.Handler.ApplyAsync(key.Subject, events, CancellationToken.None);
        return new bool[events.Count];
    },
    () => inbox.Arriving >= Burst ? ParallelismInBurst : Parallelism,
    isSplitOnFailure: true)
{
    /// <summary>Subjects dealt with at once, of all messages. Their writes share transactions, so that many cost little more than few.</summary>
    private const int Parallelism = 32;

    /// <summary>Subjects dealt with at once while webhooks arrive in a burst, so that those are answered first.</summary>
    private const int ParallelismInBurst = 1;

    /// <summary>Webhooks being taken in at the same time from which on it is a burst.</summary>
    private const int Burst = 6;
}
