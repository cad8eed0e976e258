using BenchmarkDotNet.Attributes;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What a permit of the rate limiter takes besides storage, while the limit is used to the full.</summary>
public class LimiterParts
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private SharedLimit _limit = null!;
    private Slot[] _taken = [];
    private SlotCalendar _calendar = null!;
    private PermitBudget _budget = null!;

    /// <summary>Permits a second.</summary>
    [Params(20, 100)]
    public int Permits { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _limit = new SharedLimit("account", new RateLimit(Permits, TimeSpan.FromSeconds(1)), Pace: 0.5);
        var calendar = new SlotCalendar(_limit.Limit, [], Now, _limit.Pace);
        for (var permit = 0; permit < Permits; permit++)
        {
            calendar.Take(new Slot(calendar.Earliest(Now), Lane: 0));
        }

        _taken = [.. calendar.Taken];
        _calendar = calendar;
        _budget = new PermitBudget([_limit], Step);
    }

    [Benchmark(Description = "limiter, calendar made of stored slots")]
    public object Load() => new SlotCalendar(_limit.Limit, _taken, Now, _limit.Pace);

    [Benchmark(Description = "limiter, next slot found")]
    public DateTimeOffset Find() => _calendar.Earliest(Now);

    [Benchmark(Description = "limiter, next slot taken and given back")]
    public void Take()
    {
        var slot = new Slot(_calendar.Earliest(Now), Lane: 0);
        _calendar.Take(slot);
        _calendar.Return(slot);
    }

    /// <summary>Of the model that forecasts are made with.</summary>
    [Benchmark(Description = "limiter, step of a budget")]
    public double Spend()
    {
        var room = _budget.Room();
        _budget.Make(room);
        return room;
    }
}
