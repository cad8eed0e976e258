using CsvHelper;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>A place in a file.</summary>
/// <param name="Offset">In bytes from its beginning.</param>
/// <param name="Line">From 1.</param>
internal readonly record struct CsvPlace(long Offset, long Line)
{
    public static CsvPlace Beginning { get; } = new(0, 1);
}

/// <summary>Reads a file from a place on.</summary>
internal sealed class CsvPass : IDisposable
{
    public const string OpenQuote = "A quote is opened that the line does not close rightly. A cell with quotes, or over several lines, is put in quotes, and quotes in it are doubled.";

    private const string TextBehindQuote = "There is text behind a closing quote. A cell with quotes is put in quotes, and quotes in it are doubled.";

    private readonly CsvPlace _start;
    private readonly CsvReader _csv;
    private CsvMalformedReason? _fault;
    private CsvPlace? _tooLong;

    /// <param name="file">The file; is left open.</param>
    /// <param name="header">Its first line.</param>
    /// <param name="start">Where to begin: the beginning of the file, or of a row, or the end of one.</param>
    /// <param name="linesInQuotes">Whether a quoted cell may go over several lines.</param>
    public CsvPass(Stream file, CsvHeader header, CsvPlace start, bool linesInQuotes)
    {
        _start = start;
        file.Position = start.Offset;
        var atHeader = start == CsvPlace.Beginning;
        var options = new CsvReaderOptions
        {
            Separator = atHeader && header.HasHint ? null : header.Separator,
            HasHeader = atHeader,
            AllowLineBreaksInQuotes = linesInQuotes,
            MaxRecordSize = 2 * CheckedText.LongestLine,
            TrackLineNumbers = true,
            OnMalformedRecord = malformed => _fault = malformed.Reason,
        };
        _csv = CsvReader.Create(file, options, leaveOpen: true);
    }

    /// <summary>Where the row begins.</summary>
    public CsvPlace Place => _tooLong ?? new(_start.Offset + _csv.ByteOffset, _start.Line + _csv.LineNumber - 1);

    /// <summary>Where a row of one line ends: at its line break.</summary>
    public CsvPlace End => Place with { Offset = Place.Offset + _csv.RawRecord.Length };

    /// <summary>Whether the row has taken up lines because of a quote that is wrong.</summary>
    public bool IsTorn => _tooLong is not null || (IsFaulty && _csv.RawRecord.IndexOfAny((byte)'\r', (byte)'\n') >= 0);

    /// <summary>A quote in the middle of text, as in 6" pipe, can mean nothing else.</summary>
    private bool IsFaulty => _fault is not (null or CsvMalformedReason.StrayQuote);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _fault = null;
        try
        {
            return await _csv.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException exception)
        {
            _tooLong = new CsvPlace(_start.Offset + exception.ByteOffset, _start.Line + exception.LineNumber - 1);
            return true;
        }
    }

    public UploadedRow Row() => new(
        Place.Line,
        Place.Offset,
        _csv.Current.ToArray(),
        !IsFaulty ? null : _fault == CsvMalformedReason.TextAfterClosingQuote ? TextBehindQuote : OpenQuote);

    public void Dispose() => _csv.Dispose();
}
