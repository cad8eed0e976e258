using System.Globalization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Csv;
using CsvHelper;

namespace BillingFunctions.Invoicing.Report;

/// <summary>Writes invoices as CSV (RFC 4180: commas, CRLF, quotes where needed; UTF-8 without a mark), safe to open in a spreadsheet.</summary>
internal static class InvoiceCsv
{
    private const int RowsPerWrite = 500;

    private static readonly CsvWriterOptions Options = new() { NewLine = "\r\n", Quoting = CsvQuoting.WhenNeededOrWhitespace };

    private static readonly string[] Columns =
    [
        "month", "customer_id", "name", "email", "status", "reason", "amount_minor", "currency", "amount",
        "lookup_attempts", "email_attempts", "sent_at", "created_at", "updated_at",
    ];

    /// <summary>Writes them as they come, in pieces: memory stays flat however many there are.</summary>
    public static async Task WriteAsync(Stream output, IAsyncEnumerable<MonthlyInvoice> invoices, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Lines([Columns]), cancellationToken);
        await foreach (var piece in invoices.Chunk(RowsPerWrite).WithCancellation(cancellationToken))
        {
            await output.WriteAsync(Lines(piece.Select(Cells)), cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Lines(IEnumerable<IReadOnlyList<string>> lines)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, Options, leaveOpen: true))
        {
            foreach (var line in lines)
            {
                foreach (var cell in line)
                {
                    csv.WriteField(cell);
                }

                csv.EndRecord();
            }
        }

        return stream.ToArray();
    }

    private static IReadOnlyList<string> Cells(MonthlyInvoice invoice) =>
    [
        invoice.Month,
        FormulaCell.Escape(invoice.CustomerId),
        FormulaCell.Escape(invoice.Name),
        FormulaCell.Escape(invoice.Email),
        invoice.Status.ToText(),
        FormulaCell.Escape(invoice.Reason ?? ""),
        invoice.Amount?.Amount.ToString(CultureInfo.InvariantCulture) ?? "",
        invoice.Amount?.Currency ?? "",
        invoice.Amount?.ToDecimalText() ?? "",
        invoice.LookupAttempts.ToString(CultureInfo.InvariantCulture),
        invoice.EmailAttempts.ToString(CultureInfo.InvariantCulture),
        Time(invoice.SentAt),
        Time(invoice.CreatedAt),
        Time(invoice.UpdatedAt),
    ];

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
