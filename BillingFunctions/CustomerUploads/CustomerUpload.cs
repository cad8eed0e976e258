using BillingFunctions.Customers;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.CustomerUploads;

/// <summary>An uploaded file and how far it is, as stored in <c>Runs</c>.</summary>
public sealed record CustomerUpload : IRun
{
    static string IRun.Kind => "upload";

    static string IRun.IdPrefix => "upl";

    /// <summary>How many errors are shown with it; all of them are in <c>errors.csv</c>.</summary>
    public const int ShownErrors = 100;

    public required string Id { get; init; }

    public required StoredFile File { get; init; }

    /// <summary>Whether the file is only checked.</summary>
    public required bool DryRun { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>When all of it had arrived: the <see cref="Customer.LastIngestedAt"/> of its customers.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public UploadStatus Status { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public UploadProgress Progress { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>The first <see cref="ShownErrors"/>.</summary>
    public IReadOnlyList<RowError> Errors { get; init; } = [];

    /// <summary>Why it failed or was refused; while it is under way, why its last attempt ended.</summary>
    public string? Error { get; init; }

    string IRun.StatusName => Status.ToString();

    DateTimeOffset IRun.StartedAt => ReceivedAt;

    internal bool IsDone => Status is UploadStatus.Completed or UploadStatus.Refused;

    /// <summary>0 to 100.</summary>
    internal double Percent => Status == UploadStatus.Completed ? 100 : Math.Round(100.0 * Progress.Offset / Math.Max(File.Bytes, 1), 1);
}

/// <summary>What becomes of an upload. Stored by name.</summary>
public enum UploadStatus
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    Running,

    /// <summary>Every row is in or reported.</summary>
    Completed,

    /// <summary>Given up after several attempts. It can be resumed.</summary>
    Failed,

    /// <summary>There is nothing in it that could be taken.</summary>
    Refused,
}

/// <summary>The checkpoint: everything before it is done.</summary>
/// <param name="Rows">Rows dealt with, blank ones not counted.</param>
/// <param name="Accepted">How many of them were good.</param>
/// <param name="Rejected">How many were not.</param>
/// <param name="Chunks">In how many pieces.</param>
/// <param name="Offset">How far it is in the file, in bytes.</param>
public sealed record UploadProgress(long Rows, long Accepted, long Rejected, int Chunks, long Offset);

/// <summary>The file as it is kept: UTF-8 without a mark, whatever it came in.</summary>
/// <param name="Blob">Its name in the container.</param>
/// <param name="Name">As its sender calls it, if that was said.</param>
/// <param name="Bytes">As it is kept.</param>
/// <param name="Sha256">Of what was sent.</param>
/// <param name="Header">Its first line.</param>
public sealed record StoredFile(string Blob, string? Name, long Bytes, string Sha256, CsvHeader Header);
