using System.Text;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>Passes a form on, and refuses what stands behind its end, which the framework's reader would skip in silence.</summary>
internal sealed class ClosedForm(Stream form, string boundary) : OneWayStream
{
    private readonly byte[] _end = Encoding.UTF8.GetBytes($"\r\n--{boundary}--");
    private byte[] _last = [];
    private bool _isEnded;

    /// <exception cref="UploadRefusedException">There is something other than blanks behind the end.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await form.ReadAsync(buffer, cancellationToken);
        if (!BehindTheEnd(buffer.Span[..count]).Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new UploadRefusedException($"Something stands behind the end of the form, --{boundary}--, and would not be read. Send one file in an upload.");
        }

        return count;
    }

    /// <summary>What of the bytes stands behind the end. The end may be spread over several reads.</summary>
    private ReadOnlySpan<byte> BehindTheEnd(ReadOnlySpan<byte> read)
    {
        if (_isEnded)
        {
            return read;
        }

        byte[] seen = [.. _last, .. read];
        var end = seen.AsSpan().IndexOf(_end);
        _isEnded = end >= 0;
        _last = seen[^Math.Min(seen.Length, _end.Length - 1)..];
        return _isEnded ? seen.AsSpan(end + _end.Length) : default;
    }
}
