using System.Globalization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Csv;

namespace BillingFunctions.Invoicing.Report;

/// <summary>A month's invoices as CSV.</summary>
internal static class InvoiceCsv
{
    private const int RowsPerWrite = 500;

    private static readonly CsvCell[] Columns =
    [
        "month", "customer_id", "name", "email", "status", "reason", "amount_minor", "currency", "amount",
        "lookup_attempts", "email_attempts", "sent_at", "created_at", "updated_at",
    ];

    /// <summary>Writes the invoices in pieces as they are read, so that memory does not grow with their number.</summary>
    public static async Task WriteAsync(Stream output, IAsyncEnumerable<MonthlyInvoice> invoices, CancellationToken cancellationToken)
    {
        await output.WriteAsync(CsvLines.Write([Columns]), cancellationToken);
        await foreach (var piece in invoices.Chunk(RowsPerWrite).WithCancellation(cancellationToken))
        {
            await output.WriteAsync(CsvLines.Write(piece.Select(Cells)), cancellationToken);
        }
    }

    private static IEnumerable<CsvCell> Cells(MonthlyInvoice invoice) =>
    [
        invoice.Month,
        invoice.CustomerId,
        invoice.Name,
        invoice.Email,
        invoice.Status.ToText(),
        invoice.Reason,
        CsvCell.Raw(invoice.Amount?.Amount.ToString(CultureInfo.InvariantCulture) ?? ""),
        invoice.Amount?.Currency,
        CsvCell.Raw(invoice.Amount?.ToDecimalText() ?? ""),
        invoice.LookupAttempts,
        invoice.EmailAttempts,
        invoice.SentAt,
        (DateTimeOffset?)invoice.CreatedAt,
        (DateTimeOffset?)invoice.UpdatedAt,
    ];
}
