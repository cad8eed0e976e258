using System.Text.Json.Serialization;

namespace BillingFunctions.Exports;

/// <summary>A piece of the window that is read page by page, newest customer first, as Stripe lists them.</summary>
/// <param name="Id">Unique in the run; part of the ids of its blocks. From 1.</param>
/// <param name="From">First second, Unix time.</param>
/// <param name="To">Last second.</param>
public sealed record ExportRange(int Id, long From, long To)
{
    /// <summary>Pages fetched and staged.</summary>
    public int Pages { get; init; }

    /// <summary>Customers on them.</summary>
    public long Rows { get; init; }

    /// <summary>The last customer fetched; null before the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>When that customer was created: what is older is still to be read.</summary>
    public long ReadDownTo { get; init; } = To + 1;

    /// <summary>Whether nothing is left to read.</summary>
    public bool Done { get; init; }

    /// <summary>Seconds that are still to be read.</summary>
    [JsonIgnore]
    public long SecondsLeft => Done ? 0 : Math.Max(0, Math.Min(ReadDownTo, To) - From + 1);

    /// <summary>Customers a second in what has been read; null before the first page.</summary>
    [JsonIgnore]
    public double? Density => Pages == 0 ? null : Rows / (double)Math.Max(1, To - ReadDownTo + 1);
}
