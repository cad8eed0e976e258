using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>
/// Reads an upload as UTF-8 without a mark, whatever it comes in, so that a place in the stored file is a number of bytes and everything that is not text is
/// found before anything is kept.
/// </summary>
internal static class UploadText
{
    private const int LongestMark = 4;

    private static readonly Encoding Utf8 = Checked("utf-8");

    /// <summary>The marks a file may begin with. UTF-32 stands before UTF-16, whose mark is the beginning of its own.</summary>
    private static readonly (byte[] Mark, Encoding? Encoding)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], Utf8),
        ([0xFF, 0xFE, 0x00, 0x00], null),
        ([0x00, 0x00, 0xFE, 0xFF], null),
        ([0xFF, 0xFE], Checked("utf-16")),
        ([0xFE, 0xFF], Checked("utf-16BE")),
    ];

    /// <summary>The text of <paramref name="file"/>. Reading it throws <see cref="UploadRefusedException"/> where it is no text.</summary>
    /// <exception cref="UploadRefusedException">The file is in an encoding that is not read.</exception>
    public static async Task<CheckedText> OpenAsync(Stream file, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var start = await reader.ReadAtLeastAsync(LongestMark, cancellationToken);
        var (encoding, mark) = EncodingOf(start.Buffer.Slice(0, Math.Min(LongestMark, start.Buffer.Length)).ToArray());
        reader.AdvanceTo(start.Buffer.GetPosition(mark));
        return new CheckedText(Encoding.CreateTranscodingStream(reader.AsStream(), encoding, Utf8));
    }

    private static (Encoding Encoding, int MarkLength) EncodingOf(byte[] start)
    {
        foreach (var (mark, encoding) in Marks)
        {
            if (start.AsSpan().StartsWith(mark))
            {
                return (encoding ?? throw new UploadRefusedException("The file is in UTF-32. Send UTF-8, or UTF-16 with a byte order mark."), mark.Length);
            }
        }

        return (Utf8, 0);
    }

    /// <summary>Puts a mark where something is not valid, so that it is found where it stands.</summary>
    private static Encoding Checked(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback($"{(char)CheckedText.Invalid}"));
}

/// <summary>A file that is not taken at all; the message tells the one who sent it why.</summary>
internal sealed class UploadRefusedException(string reason, string part = "file") : Exception(reason)
{
    /// <summary>What of the request is refused: the file, or a field of the form by its name.</summary>
    public string Part => part;
}
