using BillingFunctions.Platform.Proving;

namespace BillingFunctions.Insight.Proofs;

/// <summary>A proof as the API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Equal">Whether each line is equal; null before it is made.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Sha256">The same for proofs of the same figures.</param>
/// <param name="MadeAt">When it was made; null before.</param>
/// <param name="Error">Why it could not be made; null when it could.</param>
/// <param name="SignedAt">When it was signed; null when it is not.</param>
/// <param name="SignedBy">Who has signed it; null when nobody has.</param>
/// <param name="Compared">What has changed since an earlier one: the one that is asked for, or else the last that was signed; null when there is none.</param>
/// <param name="Kept">The proofs of the month that are kept, newest first.</param>
public sealed record ProofView(
    string Id,
    string Month,
    MonthProofStatus Status,
    bool? Equal,
    IReadOnlyList<ProofLine> Lines,
    string? Sha256,
    DateTimeOffset? MadeAt,
    string? Error,
    DateTimeOffset? SignedAt,
    string? SignedBy,
    ProofComparison? Compared,
    IReadOnlyList<KeptProof> Kept)
{
    internal static ProofView From(MonthProof proof, MonthProof? earlier, IEnumerable<MonthProof> kept) => new(
        proof.Id,
        proof.Month,
        proof.Status,
        proof.Status == MonthProofStatus.Completed ? proof.Lines.All(line => line.Equal) : null,
        proof.Lines,
        proof.Sha256,
        proof.FinishedAt,
        proof.Error,
        proof.SignedAt,
        proof.SignedBy,
        earlier is null || proof.Sha256 is null ? null : ProofComparison.From(earlier, proof),
        [.. kept.Select(KeptProof.From)]);
}

/// <summary>A proof that is kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="SignedAt">When it was signed; null when it is not.</param>
/// <param name="SignedBy">Who has signed it; null when nobody has.</param>
public sealed record KeptProof(string Id, string? Sha256, DateTimeOffset? MadeAt, DateTimeOffset? SignedAt, string? SignedBy)
{
    internal static KeptProof From(MonthProof proof) => new(proof.Id, proof.Sha256, proof.FinishedAt, proof.SignedAt, proof.SignedBy);
}
