namespace BillingFunctions.Customers.Uploads;

/// <summary>A row as it stands in the file.</summary>
/// <param name="Line">The line it begins in, from 1; the header and lines inside of quotes count.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Cells">As many as it has.</param>
/// <param name="Fault">What is wrong with its quotes; null when nothing is.</param>
internal sealed record CsvRow(long Line, long Offset, string[] Cells, string? Fault);
