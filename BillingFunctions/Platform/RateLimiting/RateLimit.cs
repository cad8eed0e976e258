using System.Globalization;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>So many calls in any window of so many seconds, written <c>permits/seconds</c>, such as <c>20/1</c>.</summary>
/// <param name="Permits">Calls allowed in a window, 1 to 1,000.</param>
/// <param name="Window">Length of the window, 1 second to 1 hour.</param>
public readonly record struct RateLimit(int Permits, TimeSpan Window)
{
    /// <summary>What a setting of this type may hold, to be shown to whoever wrote something else.</summary>
    public const string Allowed = "permits/seconds with 1 to 1000 permits in 1 to 3600 seconds, such as 20/1";

    /// <summary>How many calls it allows in a minute, on average.</summary>
    public double PerMinute => Permits * 60 / Window.TotalSeconds;

    /// <summary>Reads <c>permits/seconds</c>.</summary>
    /// <returns>False when the text has another form or a number is out of range.</returns>
    public static bool TryParse(string? text, out RateLimit limit)
    {
        limit = default;
        if (text?.Split('/') is not [var permits, var seconds]
            || !int.TryParse(permits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || count is < 1 or > 1000
            || length is < 1 or > 3600)
        {
            return false;
        }

        limit = new RateLimit(count, TimeSpan.FromSeconds(length));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Permits}/{(int)Window.TotalSeconds}";
}

/// <summary>A limit that all instances of the app keep together.</summary>
/// <param name="Name">Its row in the table; a call may count against several limits of different names.</param>
/// <param name="Limit">What is allowed.</param>
/// <param name="Pace">
/// The least distance between two calls, as a share of the mean one. Below 1, so that a pause can be caught up; about a half for a limit whose calls also count against
/// narrower ones, or the calls under one of those would leave no room for another's between them.
/// </param>
internal sealed record SharedLimit(string Name, RateLimit Limit, double Pace = 0.9);

/// <summary>How much of a limit is used.</summary>
/// <param name="Limit">The limit, as it is slowed down just now.</param>
/// <param name="ByLane">How many calls of each lane were made in the window that ends now.</param>
internal sealed record RateLimitUse(RateLimit Limit, IReadOnlyDictionary<byte, int> ByLane)
{
    /// <summary>How many more calls the window has room for.</summary>
    public int Left => Math.Max(0, Limit.Permits - ByLane.Values.Sum());
}
