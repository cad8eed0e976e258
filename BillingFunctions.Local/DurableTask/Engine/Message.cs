using BillingFunctions.Local.DurableTask.History;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>Something in an instance's mailbox.</summary>
/// <param name="Received">What it brings; null only wakes the instance up.</param>
/// <param name="Epoch">The run it is an answer for, if it is one.</param>
internal sealed record Message(Received? Received, int? Epoch = null)
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the message is part of the stored history, or is of no use to the instance.</summary>
    public Task Stored => _stored.Task;

    public void MarkStored() => _stored.TrySetResult();

    /// <summary>The engine stopped before the message was stored.</summary>
    public void Abandon() => _stored.TrySetCanceled();
}
