using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.CustomerUploads;

/// <summary>An upload as a list shows it. Rows are those dealt with so far, blank ones not counted.</summary>
/// <param name="Id">The id of the upload.</param>
/// <param name="Status">How far it is.</param>
/// <param name="DryRun">Whether the file is only checked.</param>
/// <param name="Rows">How many rows have been dealt with so far, blank ones not counted.</param>
/// <param name="Accepted">How many of them are taken in, or would be.</param>
/// <param name="Rejected">How many of them have errors.</param>
/// <param name="Percent">How much of the file is done, 0 to 100.</param>
/// <param name="StartedAt">When it came.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="FileName">As its sender calls it; null when that is not said.</param>
/// <param name="Bytes">The length of the file.</param>
/// <param name="Sha256">The digest of the file, hexadecimal.</param>
/// <param name="RequestedBy">Who sent it.</param>
/// <param name="Error">Why it failed as a whole; null when it did not.</param>
/// <param name="ErrorsUrl">Where the failed rows can be downloaded; null when there are none.</param>
public record UploadSummary(
    string Id,
    UploadStatus Status,
    bool DryRun,
    long Rows,
    long Accepted,
    long Rejected,
    double Percent,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? FileName,
    long Bytes,
    string Sha256,
    string RequestedBy,
    string? Error,
    string? ErrorsUrl)
{
    internal static UploadSummary From(CustomerUpload upload) => new(
        upload.Id,
        upload.Status,
        upload.DryRun,
        upload.Progress.Rows,
        upload.Progress.Accepted,
        upload.Progress.Rejected,
        upload.Percent,
        upload.ReceivedAt,
        upload.FinishedAt,
        upload.File.Name,
        upload.File.Bytes,
        upload.File.Sha256,
        upload.RequestedBy,
        upload.Error,
        upload.Progress.Rejected > 0 ? $"/api/uploads/{upload.Id}/errors.csv" : null);
}

/// <summary>An upload as the API shows it.</summary>
public sealed record UploadView : UploadSummary
{
    internal UploadView(CustomerUpload upload)
        : base(From(upload)) => (Columns, IgnoredColumns, Errors) = (upload.File.Header.Names, CustomerColumns.From(upload.File.Header).Ignored, upload.Errors);

    /// <summary>The file's columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Those of them that are not kept, and why.</summary>
    public IReadOnlyList<IgnoredColumn> IgnoredColumns { get; }

    /// <summary>The first 100.</summary>
    public IReadOnlyList<RowError> Errors { get; }
}
