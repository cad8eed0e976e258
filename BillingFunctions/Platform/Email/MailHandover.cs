using MailKit;

namespace BillingFunctions.Platform.Email;

/// <summary>
/// Knows whether a mail's content has left our hands. MailKit reports progress only when the server has said yes to <c>DATA</c>, and the first time when it has put a
/// name of a header into its buffer: that is the moment after which a session without a final answer may have delivered. A session that is stopped there sends nothing.
/// </summary>
/// <param name="isAllowed">Asked at that moment. No prevents the handover.</param>
internal sealed class MailHandover(Func<bool> isAllowed) : ITransferProgress
{
    private const int Open = 0;
    private const int Begun = 1;
    private const int Prevented = 2;

    private int _state;

    public bool HasBegun => Volatile.Read(ref _state) == Begun;

    public bool IsPrevented => Volatile.Read(ref _state) == Prevented;

    /// <summary>Forbids the handover.</summary>
    /// <returns>False when it has begun already. Otherwise the content will never be sent.</returns>
    public bool TryPrevent() => Interlocked.CompareExchange(ref _state, Prevented, Open) != Begun;

    /// <inheritdoc/>
    public void Report(long bytesTransferred, long totalSize) => Begin();

    /// <inheritdoc/>
    public void Report(long bytesTransferred) => Begin();

    private void Begin()
    {
        if (HasBegun)
        {
            return;
        }

        if (!isAllowed())
        {
            TryPrevent();
        }

        if (Interlocked.CompareExchange(ref _state, Begun, Open) == Prevented)
        {
            throw new OperationCanceledException("The mail was stopped before its content was sent.");
        }
    }
}
