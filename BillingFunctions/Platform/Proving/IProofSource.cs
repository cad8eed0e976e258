using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Platform.Proving;

/// <summary>Proves a part of a month: that what came in is what went out.</summary>
internal interface IProofSource
{
    /// <summary>The lines of the proof, in their order. Each thing that is not as it should be is named by one line only.</summary>
    /// <param name="month">The month.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken);
}

/// <summary>Two figures that should be equal.</summary>
/// <param name="Name">Which line it is; the same in each proof.</param>
/// <param name="Claim">What should be true, for a person.</param>
/// <param name="Expected">What there should be.</param>
/// <param name="Actual">What there is.</param>
public sealed record ProofLine(string Name, string Claim, ProofSide Expected, ProofSide Actual)
{
    /// <summary>Whether nothing differs.</summary>
    public bool Equal => DifferenceCount == 0 && Error is null;

    /// <summary>How many things differ.</summary>
    public int DifferenceCount { get; init; }

    /// <summary>The first 1,000 of them.</summary>
    public IReadOnlyList<ProofDifference> Differences { get; init; } = [];

    /// <summary>Why it could not be compared; null when it was.</summary>
    public string? Error { get; init; }

    /// <summary>SHA-256, in hex, of all that the line was computed from.</summary>
    public string InputsSha256 { get; init; } = "";
}

/// <summary>One side of a line.</summary>
/// <param name="Of">What was counted.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Amounts">What they come to, one sum a currency; empty when they are no amounts.</param>
public sealed record ProofSide(string Of, long Count, IReadOnlyList<Money> Amounts);

/// <summary>A thing that is not as it should be.</summary>
/// <param name="Kind">What it is; where <c>/api/explain</c> knows it, its kind there.</param>
/// <param name="Id">Its id.</param>
/// <param name="What">How it differs, for a person.</param>
/// <param name="Amount">By how much; null when that is not known, or it is no amount.</param>
public sealed record ProofDifference(string Kind, string Id, string What, Money? Amount = null);

/// <summary>Adds up a line while its inputs are read.</summary>
/// <param name="name">See <see cref="ProofLine.Name"/>.</param>
/// <param name="claim">See <see cref="ProofLine.Claim"/>.</param>
/// <param name="expected">What is counted on the one side.</param>
/// <param name="actual">What is counted on the other.</param>
internal sealed class ProofTally(string name, string claim, string expected, string actual)
{
    private const int MaxDifferences = 1_000;

    private readonly IncrementalHash _inputs = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Side _expected = new(expected);
    private readonly Side _actual = new(actual);
    private readonly List<ProofDifference> _differences = [];
    private int _differs;

    /// <summary>Counts something on the side of what there should be.</summary>
    /// <param name="input">What it is, with all that the line depends on.</param>
    /// <param name="amount">What it comes to; null when it is no amount.</param>
    public void Expect(string input, Money? amount = null) => Count(_expected, input, amount);

    /// <summary>Counts something on the side of what there is.</summary>
    /// <inheritdoc cref="Expect"/>
    public void Find(string input, Money? amount = null) => Count(_actual, input, amount);

    /// <summary>Names something that differs.</summary>
    public void Differ(ProofDifference difference)
    {
        if (++_differs <= MaxDifferences)
        {
            _differences.Add(difference);
        }
    }

    /// <summary>The line of the proof, with both sides and the first differences.</summary>
    /// <param name="error">Why it could not be compared; null when it was.</param>
    public ProofLine ToLine(string? error = null) => new(name, claim, _expected.ToSide(), _actual.ToSide())
    {
        DifferenceCount = _differs,
        Differences = _differences,
        Error = error,
        InputsSha256 = Convert.ToHexStringLower(_inputs.GetCurrentHash()),
    };

    private void Count(Side side, string input, Money? amount)
    {
        _inputs.AppendData(Encoding.UTF8.GetBytes($"{side.Of}\t{input}\t{amount?.Amount}\t{amount?.Currency}\n"));
        side.Count++;
        if (amount is { } money)
        {
            side.Sums[money.Currency] = side.Sums.GetValueOrDefault(money.Currency) + money.Amount;
        }
    }

    private sealed class Side(string of)
    {
        public string Of => of;

        public long Count { get; set; }

        public SortedDictionary<string, long> Sums { get; } = new(StringComparer.Ordinal);

        public ProofSide ToSide() => new(of, Count, [.. Sums.Select(sum => new Money(sum.Value, sum.Key))]);
    }
}
