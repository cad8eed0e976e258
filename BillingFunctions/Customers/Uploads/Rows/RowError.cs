namespace BillingFunctions.Customers.Uploads;

/// <summary>What is wrong with a row of a file.</summary>
/// <param name="Line">The line of the file that the row begins in, from 1; the header is line 1.</param>
/// <param name="Column">Null when it is about the whole row.</param>
/// <param name="Value">What stands there, or the beginning of it.</param>
/// <param name="Message">What is allowed.</param>
public sealed record RowError(long Line, string? Column, string? Value, string Message);
