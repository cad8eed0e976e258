using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.Platform.Proving;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Insight.Proofs;

/// <summary>A proof of a month, or the making of one, as stored in <c>Runs</c>. It is kept as it was made: later ones are compared with it.</summary>
public sealed record MonthProof : IRun
{
    static string IRun.Kind => "proof";

    static string IRun.IdPrefix => "prf";

    public required string Id { get; init; }

    /// <summary><c>yyyy-MM</c>.</summary>
    public required string Month { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public MonthProofStatus Status { get; init; }

    public IReadOnlyList<ProofLine> Lines { get; init; } = [];

    /// <summary>How many parts are proved.</summary>
    public int Parts { get; init; }

    /// <summary>The same for proofs of the same figures: over the month, and each line with all its inputs.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why it could not be made.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? SignedAt { get; init; }

    public string? SignedBy { get; init; }

    string IRun.StatusName => Status.ToString();

    /// <summary>The proof after one more part.</summary>
    /// <param name="lines">The lines of the part.</param>
    /// <param name="isLast">Whether there are no more.</param>
    /// <param name="now">The current time.</param>
    internal MonthProof With(IReadOnlyList<ProofLine> lines, bool isLast, DateTimeOffset now)
    {
        IReadOnlyList<ProofLine> all = [.. Lines, .. lines];
        var next = this with { Lines = all, Parts = Parts + 1 };
        return !isLast ? next : next with
        {
            Status = MonthProofStatus.Completed,
            FinishedAt = now,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { Month, Lines = all }, StoredJson.Options))),
        };
    }
}

/// <summary>How far a proof is. Stored by name: never rename.</summary>
public enum MonthProofStatus
{
    Queued,
    Running,
    Completed,
    Failed,
}
