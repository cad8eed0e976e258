using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Invoicing.Forecasts;

/// <summary>A month's run, and under which settings it goes.</summary>
/// <param name="Customers">How many customers are billed.</param>
/// <param name="Limit">What the amount API allows.</param>
/// <param name="Policy">How many messages may wait, and how long failed lookups do.</param>
/// <param name="FailureShare">Which share of the lookups fails and is tried again, 0 to 0.5.</param>
internal sealed record RunLoad(long Customers, RateLimit Limit, InvoicePolicy Policy, double FailureShare);

/// <summary>What becomes of it.</summary>
/// <param name="Duration">From the start until all amounts are looked up, or given up.</param>
/// <param name="Lookups">How many lookups that takes.</param>
/// <param name="GivenUp">How many customers' lookups fail the last time.</param>
/// <param name="AllAdded">After how long each customer has its invoice.</param>
internal sealed record RunCourse(TimeSpan Duration, double Lookups, double GivenUp, TimeSpan AllAdded);

/// <summary>
/// Plays a run second by second: pages are added as <see cref="RunPace"/> and <see cref="InvoicePolicy"/> say, and the lookups are made as fast as the limit lets them through. Counts are averages, so that there are
/// fractions. Mails are taken to leave as fast as amounts come in. Pure.
/// </summary>
internal sealed class RunModel
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>What <see cref="InvoicePolicy.Chance"/> is for equal parts of those that fail.</summary>
    private static readonly double[] Chances = [0.1, 0.3, 0.5, 0.7, 0.9];

    private readonly RunLoad _load;

    /// <summary>The lookups that can be made now, by how many attempts have failed.</summary>
    private readonly double[] _due;

    /// <summary>The lookups that wait for their next attempt, by when they can be made.</summary>
    private readonly PriorityQueue<(int Attempts, double Count), double> _later = new();

    private double _left, _waiting, _lookups, _givenUp, _nextPage;

    private RunModel(RunLoad load) => (_load, _left, _due) = (load, load.Customers, new double[load.Policy.RetryDelays.Count + 1]);

    /// <summary>Plays the run.</summary>
    public static RunCourse Play(RunLoad load)
    {
        var model = new RunModel(load);
        var (second, allAdded) = (0, 0);
        for (; model._left > 0 || model._waiting >= 0.5; second++)
        {
            second = model.IsIdle ? Math.Max(second, model.NextAt) : second;
            model.Go(second);
            allAdded = model._left > 0 ? second + 1 : allAdded;
        }

        return new RunCourse(Step * second, model._lookups, model._givenUp, Step * allAdded);
    }

    /// <summary>Whether nothing happens until a lookup may be tried again.</summary>
    private bool IsIdle => _left <= 0 && _later.Count > 0 && _due.Sum() < 1e-9;

    private int NextAt => _later.TryPeek(out _, out var at) ? (int)at : 0;

    private void Go(int second)
    {
        while (_later.TryPeek(out var again, out var at) && at <= second)
        {
            _later.Dequeue();
            _due[again.Attempts] += again.Count;
        }

        for (; _left > 0 && _nextPage < second + Step.TotalSeconds; _nextPage = Math.Max(_nextPage, second))
        {
            _nextPage += AddPage().TotalSeconds;
        }

        LookUp(second);
    }

    /// <returns>After how long the next page follows.</returns>
    private TimeSpan AddPage()
    {
        var room = _load.Policy.RoomFor((int)Math.Ceiling(_waiting));
        if (room == 0)
        {
            return RunPace.NoRoom;
        }

        var added = (int)Math.Min(_left, Math.Min(room, RunPace.PageSize));
        (_left, _waiting) = (_left - added, _waiting + added);
        _due[0] += added;
        return RunPace.Of(added, _load.Limit);
    }

    private void LookUp(int second)
    {
        var due = _due.Sum();
        var made = Math.Min(due, PermitBudget.PerSecond(_load.Limit) * Step.TotalSeconds);
        _lookups += made;
        for (var attempts = _due.Length - 1; attempts >= 0 && due > 0; attempts--)
        {
            var asked = _due[attempts] * (made / due);
            var failed = asked * _load.FailureShare;
            _due[attempts] -= asked;
            _waiting -= asked;
            if (failed > 0)
            {
                Fail(second, attempts + 1, failed);
            }
        }
    }

    /// <summary>The next attempts are spread as chance spreads them.</summary>
    private void Fail(int second, int attempts, double failed)
    {
        if (_load.Policy.DelayAfter(attempts) is null)
        {
            _givenUp += failed;
            return;
        }

        _waiting += failed;
        foreach (var chance in Chances)
        {
            var delay = (_load.Policy with { Chance = chance }).DelayAfter(attempts)!.Value;
            _later.Enqueue((attempts, failed / Chances.Length), second + delay.TotalSeconds);
        }
    }
}
