using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.CustomerUploads;

/// <summary>An upload as a list shows it.</summary>
internal record UploadSummary
{
    public required string Id { get; init; }

    public required UploadStatus Status { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Rows dealt with so far, blank ones not counted.</summary>
    public required long Rows { get; init; }

    public required long Accepted { get; init; }

    public required long Rejected { get; init; }

    public required double Percent { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required string? FileName { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    public required string RequestedBy { get; init; }

    public required string? Error { get; init; }

    public required string? ErrorsUrl { get; init; }

    public static UploadSummary Of(CustomerUpload upload) => new UploadView(upload);
}

/// <summary>An upload as the API shows it.</summary>
internal sealed record UploadView : UploadSummary
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public UploadView(CustomerUpload upload)
    {
        Id = upload.Id;
        Status = upload.Status;
        DryRun = upload.DryRun;
        Rows = upload.Progress.Rows;
        Accepted = upload.Progress.Accepted;
        Rejected = upload.Progress.Rejected;
        Percent = upload.Percent;
        StartedAt = upload.ReceivedAt;
        FinishedAt = upload.FinishedAt;
        FileName = upload.File.Name;
        Bytes = upload.File.Bytes;
        Sha256 = upload.File.Sha256;
        RequestedBy = upload.RequestedBy;
        Error = upload.Error;
        ErrorsUrl = upload.Progress.Rejected > 0 ? $"/api/uploads/{upload.Id}/errors.csv" : null;
        Columns = upload.File.Header.Names;
        Errors = upload.Errors;
    }

    /// <summary>The file's columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The first 100.</summary>
    public IReadOnlyList<RowError> Errors { get; }
}
