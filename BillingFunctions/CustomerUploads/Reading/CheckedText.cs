using System.Buffers;
using System.Globalization;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>Passes text on, and refuses what cannot be text: NUL characters, and a line without end.</summary>
/// <param name="text">Has <see cref="Invalid"/> where something is not valid.</param>
internal sealed class CheckedText(Stream text) : OneWayStream
{
    /// <summary>The longest line that is read, in bytes of UTF-8. What a row may have is far less.</summary>
    public const int LongestLine = 256 * 1024;

    /// <summary>A control character that no text has. NUL would be better, but the framework takes a replacement of NUL for none.</summary>
    public const byte Invalid = 1;

    private static readonly SearchValues<byte> Stops = SearchValues.Create([0, Invalid, (byte)'\n', (byte)'\r']);

    private long _lineFeeds;
    private long _returns;
    private int _lineLength;

    /// <summary>How much has been read.</summary>
    public long Bytes { get; private set; }

    private string Line => (Math.Max(_lineFeeds, _returns) + 1).ToString(CultureInfo.InvariantCulture);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await text.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..count]);
        Bytes += count;
        return count;
    }

    private void Check(ReadOnlySpan<byte> read)
    {
        for (int end; (end = read.IndexOfAny(Stops)) >= 0; read = read[(end + 1)..])
        {
            if (read[end] is 0 or Invalid)
            {
                throw new UploadRefusedException(
                    $"Line {Line} has bytes that are not UTF-8, or NUL characters: the file is not text, or not in an encoding that is read. Send UTF-8, or UTF-16 with a byte "
                    + "order mark. A spreadsheet saves it as \"CSV UTF-8\".");
            }

            Lengthen(end);
            _lineLength = 0;
            _ = read[end] == '\n' ? _lineFeeds++ : _returns++;
        }

        Lengthen(read.Length);
    }

    private void Lengthen(int length)
    {
        _lineLength += length;
        if (_lineLength > LongestLine)
        {
            throw new UploadRefusedException($"Line {Line} is longer than {LongestLine / 1024} KiB. This is not a list of customers.");
        }
    }
}
