namespace BillingFunctions.LocalHost.Demo;

/// <summary>The status of an export as the app's API tells it.</summary>
internal sealed record ExportStatus(
    string Id,
    string Status,
    long Rows,
    double? Percent,
    double? RowsPerSecond,
    ExportStatus.FileStatus? File,
    string? Error)
{
    public bool HasEnded => Status is "completed" or "failed" or "canceled";

    internal sealed record FileStatus(string Path, long Bytes, string Sha256);
}
