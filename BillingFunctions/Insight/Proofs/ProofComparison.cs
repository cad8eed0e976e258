using BillingFunctions.Platform.Proving;

namespace BillingFunctions.Insight.Proofs;

/// <summary>What has changed between two proofs of a month. Pure.</summary>
/// <param name="With">The id of the earlier proof.</param>
/// <param name="SignedAt">When that was signed; null when it was not.</param>
/// <param name="Same">Whether nothing has changed: then both have the same digest.</param>
/// <param name="Lines">The lines that have changed.</param>
public sealed record ProofComparison(string With, DateTimeOffset? SignedAt, bool Same, IReadOnlyList<LineChange> Lines)
{
    internal static ProofComparison From(MonthProof earlier, MonthProof later) => new(
        earlier.Id,
        earlier.SignedAt,
        earlier.Sha256 == later.Sha256,
        [.. later.Lines.Select(line => LineChange.From(earlier.Lines.FirstOrDefault(before => before.Name == line.Name), line)).OfType<LineChange>()]);
}

/// <summary>A line that has changed.</summary>
/// <param name="Name">The line.</param>
/// <param name="ExpectedBefore">What there should have been; null when the earlier proof does not have the line.</param>
/// <param name="Expected">What there should be now.</param>
/// <param name="ActualBefore">What there was; null when the earlier proof does not have the line.</param>
/// <param name="Actual">What there is now.</param>
/// <param name="New">What differs now and did not.</param>
/// <param name="Settled">What differed and does not any more.</param>
public sealed record LineChange(
    string Name, ProofSide? ExpectedBefore, ProofSide Expected, ProofSide? ActualBefore, ProofSide Actual, IReadOnlyList<ProofDifference> New, IReadOnlyList<ProofDifference> Settled)
{
    /// <returns>Null when the line is as it was, with all its inputs.</returns>
    internal static LineChange? From(ProofLine? before, ProofLine line) => before?.InputsSha256 == line.InputsSha256 && before.Differences.SequenceEqual(line.Differences) && before.Error == line.Error
        ? null
        : new LineChange(line.Name, before?.Expected, line.Expected, before?.Actual, line.Actual, [.. line.Differences.Except(before?.Differences ?? [])], [.. (before?.Differences ?? []).Except(line.Differences)]);
}
