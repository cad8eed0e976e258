namespace BillingFunctions.Platform.Email;

/// <summary>
/// Knows whether a mail's content has left our hands. The framework's client reads the content only when the server has said yes to <c>DATA</c>;
/// that first read is the moment after which a session without a final answer may have delivered.
/// </summary>
internal sealed class MailHandover
{
    private const int Open = 0;
    private const int Begun = 1;
    private const int Prevented = 2;

    private int _state;

    public bool HasBegun => Volatile.Read(ref _state) == Begun;

    /// <summary>Forbids the handover.</summary>
    /// <returns>False when it has begun already. Otherwise the content will never be read, and so never be sent.</returns>
    public bool TryPrevent() => Interlocked.CompareExchange(ref _state, Prevented, Open) != Begun;

    /// <summary>Content that may be read unless the handover is prevented, and that notes when it is.</summary>
    public Stream Content(byte[] content) => new NotedStream(this, content);

    private void Begin()
    {
        if (Interlocked.CompareExchange(ref _state, Begun, Open) == Prevented)
        {
            throw new IOException("The mail was stopped before its content was sent.");
        }
    }

    private sealed class NotedStream(MailHandover handover, byte[] content) : MemoryStream(content, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            handover.Begin();
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            handover.Begin();
            return base.Read(buffer);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            handover.Begin();
            return base.ReadAsync(buffer, cancellationToken);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            handover.Begin();
            return base.ReadAsync(buffer, offset, count, cancellationToken);
        }
    }
}
