using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Tests.Fixtures;
using CsCheck;

namespace BillingFunctions.Tests.Platform.RateLimiting;

/// <summary>Decision 2 under whatever order of events: the parts against lists that are counted by brute force, and the whole, see <see cref="RateLimiterModel"/>.</summary>
public sealed class RateLimiterModelTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static Action<string> WriteLine => TestContext.Current.TestOutputHelper!.WriteLine;

    /// <summary>Slots taken ahead and in between, given back, forgotten with time, under a limit that changes: each is the earliest millisecond at which no window overflows.</summary>
    [Fact]
    public void SlotCalendar_TakenAndReturned_GivesTheEarliestFreeMoment() =>
        Gen.Select(Gen.Int[1, 6].Array[2], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 700]).Array[1, 40]).Sample(
            (permits, moves) =>
            {
                var (now, limit, slots) = (Start, new RateLimit(permits[0], TimeSpan.FromMilliseconds(500)), new List<Slot>());
                foreach (var (kind, number) in moves)
                {
                    var calendar = new SlotCalendar(limit, slots, now, pace: 0.9);
                    switch (kind)
                    {
                        case 0 when slots.Count > 0:
                            calendar.Return(slots[number % slots.Count]);
                            break;
                        case 1:
                            now += TimeSpan.FromMilliseconds(number);
                            break;
                        case 2:
                            limit = limit with { Permits = permits[number % 2] };
                            break;
                        default:
                            var from = now + TimeSpan.FromMilliseconds(number);
                            var at = calendar.Earliest(from);
                            Assert.True(IsFree(limit, calendar.Taken, at), $"{at:ss.fff} is not free.");
                            for (var earlier = from; earlier < at; earlier += TimeSpan.FromMilliseconds(1))
                            {
                                Assert.False(IsFree(limit, calendar.Taken, earlier), $"{earlier:ss.fff} is free, and {at:ss.fff} was given.");
                            }

                            calendar.Take(new Slot(at, Lane: 0));
                            break;
                    }

                    slots = [.. calendar.Taken];
                }
            },
            WriteLine,
            iter: Iterations.OrAsSet(100));

    /// <summary>A budget of steps against the list of all that was made: no window has more than the limit, and nearly that if all is used.</summary>
    [Fact]
    public void PermitBudget_UsedAtWill_KeepsTheLimitAndIsNotStarved() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 10], Gen.Int[1, 40], Gen.Double[0, 1].Array[50, 300]).Sample(
            (permits, seconds, tenths, shares) =>
            {
                var (limit, step) = (new RateLimit(permits, TimeSpan.FromSeconds(seconds)), TimeSpan.FromSeconds(tenths / 10d));
                var budget = new PermitBudget([new SharedLimit("one", limit)], step);
                var made = new List<double>();
                foreach (var share in shares.Concat(Enumerable.Repeat(1d, 300)))
                {
                    made.Add(budget.Room() * share);
                    budget.Make(made[^1]);
                    var window = (int)Math.Floor(limit.Window / step);
                    Assert.True(made.TakeLast(Math.Max(1, window)).Sum() <= (permits * Math.Max(1, step / limit.Window)) + 1e-6);
                }

                // The length of a step may leave a part of each window empty, and what is counted here is no whole number of windows.
                var used = made.TakeLast(200).Sum() / (200 * step.TotalSeconds) / PermitBudget.PerSecond(limit);
                Assert.InRange(used, 0.7, 1.05);
            },
            WriteLine);

    /// <summary>Whatever processes, clocks, settings and Stripe do: in no second more calls than a limit allows.</summary>
    [Fact]
    public void Limiter_AnyOrderOfEvents_NeverExceedsALimit() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 8], Gen.Int[1, 3], Moves).Sample(
            (account, endpoint, processes, moves) => Array.ForEach(moves, new RateLimiterModel(account, endpoint, processes).Make),
            WriteLine,
            iter: Iterations.OrAsSet(300),
            print: sample => $"account {sample.Item1}, endpoint {sample.Item2}, {sample.Item3} processes: {string.Join(", ", sample.Item4)}");

    /// <summary>And when it is over and calls wait all the time, nine tenths of the limit are used.</summary>
    [Fact]
    public void Limiter_AskedAllTheTimeAfterwards_IsNotStarved() =>
        Gen.Select(Gen.Int[2, 30], Gen.Int[1, 4], Moves).Sample(
            (permits, processes, moves) =>
            {
                var model = new RateLimiterModel(permits, endpointPermits: permits, processes);
                Array.ForEach(moves, model.Make);
                model.Recover(permits);
                var (before, seconds) = (model.Calls, 10);
                for (var turn = 0; turn < seconds * 10; turn++)
                {
                    model.Ask(turn, calls: permits);
                    model.Lease(turn);
                    model.Pass(TimeSpan.FromMilliseconds(100));
                }

                Assert.InRange(model.Calls - before, 0.9 * permits * seconds, permits * (seconds + 1));
            },
            WriteLine,
            iter: Iterations.OrAsSet(15),
            print: sample => $"{sample.Item1} permits, {sample.Item2} processes: {string.Join(", ", sample.Item3)}");

    private static Gen<LimiterMove[]> Moves => Gen.Select(
        Gen.Frequency((20, LimiterMoveKind.Ask), (10, LimiterMoveKind.Plan), (10, LimiterMoveKind.Write), (10, LimiterMoveKind.Lease), (20, LimiterMoveKind.Pass), (2, LimiterMoveKind.Die), (2, LimiterMoveKind.Lag), (1, LimiterMoveKind.ChangeLimit), (1, LimiterMoveKind.SlowDown)),
        Gen.Int[0, 2],
        Gen.Int[0, 400],
        (kind, process, number) => new LimiterMove(kind, process, number)).Array[0, 200];

    /// <summary>Whether the slot keeps its distance and no window that it is in would have too many.</summary>
    private static bool IsFree(RateLimit limit, IReadOnlyList<Slot> taken, DateTimeOffset at)
    {
        var (window, spacing) = (SlotCalendar.WindowOf(limit), SlotCalendar.WindowOf(limit) / limit.Permits * 0.9);
        return taken.All(slot => (slot.At - at).Duration() >= spacing)
            && taken.Select(slot => slot.At).Append(at).Where(start => start <= at && at - start < window)
                .All(start => taken.Count(slot => slot.At >= start && slot.At - start < window) < limit.Permits);
    }
}

/// <summary>Something that happens.</summary>
internal readonly record struct LimiterMove(LimiterMoveKind Kind, int Process, int Number)
{
    public override string ToString() => $"{Kind} {Process} {Number}";
}

internal enum LimiterMoveKind
{
    Ask,
    Plan,
    Write,
    Lease,
    Pass,
    Die,
    Lag,
    ChangeLimit,
    SlowDown,
}
