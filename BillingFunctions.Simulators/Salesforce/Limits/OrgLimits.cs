using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Salesforce.Api;

namespace BillingFunctions.Simulators.Salesforce.Limits;

/// <summary>How much an organization may call; all may be changed at any time. Refused calls do not count.</summary>
public sealed class OrgLimits
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly SlidingWindow _day = new();
    private readonly SlidingWindow _window = new();
    private int _underWay;

    /// <summary>How many calls any 24 hours may have.</summary>
    public int DailyMax { get; set; } = 100_000;

    /// <summary>How many calls a shorter time may have; null, as in Salesforce, is no limit.</summary>
    public RateLimit? Window { get; set; }

    /// <summary>How many calls may be under way at a time; null is no limit.</summary>
    /// <remarks>Salesforce counts only calls that take 20 seconds or more, and allows 25 of them.</remarks>
    public int? Concurrent { get; set; }

    /// <summary>Counts a call that has arrived.</summary>
    /// <param name="now">Never less than at the last call.</param>
    /// <returns>Null when the call may pass, and has to <see cref="Leave"/> in the end.</returns>
    internal ReachedLimit? Enter(TimeSpan now)
    {
        lock (_lock)
        {
            var day = new RateLimit(DailyMax, Day);
            if (!_day.HasRoom(day, now))
            {
                return new ReachedLimit("daily", SalesforceProblem.RequestLimit);
            }

            if (!_window.HasRoom(Window, now))
            {
                return new ReachedLimit("window", SalesforceProblem.RequestLimit);
            }

            if (_underWay >= Concurrent)
            {
                return new ReachedLimit("concurrent", SalesforceProblem.ConcurrentLimit);
            }

            _day.Take(day, now);
            _window.Take(Window, now);
            _underWay++;
            return null;
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            _underWay--;
        }
    }

    /// <summary>How many calls the 24 hours until now had.</summary>
    internal int Used(TimeSpan now)
    {
        lock (_lock)
        {
            return _day.Count(new RateLimit(DailyMax, Day), now);
        }
    }

    /// <summary>What the header <c>Sforce-Limit-Info</c> says.</summary>
    internal string Info(TimeSpan now) => $"api-usage={Used(now)}/{DailyMax}";
}

/// <summary>A limit that a call has reached.</summary>
/// <param name="Name">The name in the call log: <c>daily</c>, <c>window</c>, <c>concurrent</c> or <c>fault</c>.</param>
internal sealed record ReachedLimit(string Name, SalesforceProblem Problem)
{
    public SalesforceAnswer ToAnswer() => SalesforceAnswer.Refuse(Problem) with { LimitedBy = Name };
}
