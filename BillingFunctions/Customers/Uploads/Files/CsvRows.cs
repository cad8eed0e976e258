using System.Runtime.CompilerServices;

namespace BillingFunctions.Customers.Uploads;

/// <summary>
/// The rows of a file. A quote that is never closed, or only by the next one further down, would swallow good rows: such a row ends at the end of its first line,
/// and reading goes on with the next.
/// </summary>
/// <param name="file">UTF-8; can seek.</param>
/// <param name="header">Its first line.</param>
internal sealed class CsvRows(Stream file, CsvHeader header)
{
    /// <summary>All rows but blank ones, in their order. The same file gives the same rows.</summary>
    public async IAsyncEnumerable<CsvRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CsvPlace? next = CsvPlace.Beginning;
        while (next is { } start)
        {
            next = null;
            using var pass = new CsvPass(file, header, start, linesInQuotes: true);
            while (next is null && await pass.ReadAsync(cancellationToken))
            {
                if (pass.IsTorn)
                {
                    (var row, next) = await ReadFirstLineAsync(pass.Place, cancellationToken);
                    yield return row;
                }
                else if (pass.Row() is var row && !Array.TrueForAll(row.Cells, string.IsNullOrWhiteSpace))
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>The line at a place as a row of its own, and where it ends.</summary>
    private async Task<(CsvRow Row, CsvPlace End)> ReadFirstLineAsync(CsvPlace place, CancellationToken cancellationToken)
    {
        using var pass = new CsvPass(file, header, place, linesInQuotes: false);
        await pass.ReadAsync(cancellationToken);
        return (pass.Row() with { Fault = CsvPass.OpenQuote }, pass.End);
    }
}
