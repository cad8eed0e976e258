using System.Globalization;

namespace BillingFunctions.Platform;

/// <summary>A calendar month, UTC, from 2000 to 9998. Written <c>yyyy-MM</c>.</summary>
internal readonly record struct BillingMonth : IComparable<BillingMonth>
{
    /// <summary>What a month looks like, to be shown to whoever wrote something else.</summary>
    public const string Allowed = "a month, such as 2026-03";

    public const int FirstYear = 2000;
    public const int LastYear = 9998;

    private BillingMonth(DateTimeOffset start) => Start = start;

    /// <summary>Its first moment.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The first moment of the month after it.</summary>
    public DateTimeOffset End => Start.AddMonths(1);

    public BillingMonth Previous => new(Start.AddMonths(-1));

    public int Year => Start.Year;

    /// <summary>1 to 12.</summary>
    public int Number => Start.Month;

    public static BillingMonth From(DateTimeOffset time) => new(new DateTimeOffset(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Reads <c>yyyy-MM</c>.</summary>
    public static bool TryParse(string? text, out BillingMonth month)
    {
        var isMonth = DateTimeOffset.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            && start.Year is >= FirstYear and <= LastYear;
        month = isMonth ? new BillingMonth(start) : default;
        return isMonth;
    }

    /// <exception cref="FormatException">It is not <c>yyyy-MM</c>.</exception>
    public static BillingMonth Parse(string text) => TryParse(text, out var month) ? month : throw new FormatException($"'{text}' is not {Allowed}.");

    /// <summary>Whether it is over, so that it can be billed.</summary>
    public bool HasEnded(DateTimeOffset now) => now >= End;

    public int CompareTo(BillingMonth other) => Start.CompareTo(other.Start);

    public override string ToString() => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static bool operator <(BillingMonth left, BillingMonth right) => left.Start < right.Start;

    public static bool operator >(BillingMonth left, BillingMonth right) => left.Start > right.Start;

    public static bool operator <=(BillingMonth left, BillingMonth right) => left.Start <= right.Start;

    public static bool operator >=(BillingMonth left, BillingMonth right) => left.Start >= right.Start;
}
