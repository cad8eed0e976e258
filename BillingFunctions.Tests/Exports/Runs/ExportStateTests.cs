using System.Text.Json;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Exports.Runs;

public sealed class ExportStateTests
{
    private const int Parallelism = 16;

    private static readonly ExportPlan Plan = new("exp_1", "exports", "customers.csv", ["id"], From: 1_262_304_000, To: 1_767_225_600, false, FormulaHandling.Escape, null);

    [Theory]
    [InlineData(0, 1_000_000, 1)]
    [InlineData(1, 1_000_000, 2)]
    [InlineData(99, 1_000_000, 3)]
    [InlineData(100, 1_000_000, 4)]
    [InlineData(2_500, 1_000_000, 5)]
    [InlineData(20_000, 5_000_000, 6)]
    [InlineData(3_000, 10, 7)]
    [InlineData(1_000, 1, 8)]
    public void Apply_AnyAccount_ReadsEachCustomerOnceNewestFirst(int count, int spanSeconds, int seed)
    {
        var account = new CustomerListFake(Plan, count, spanSeconds, seed);
        var state = ExportState.Start(Plan);

        Run(state, new Random(seed), account.Fetch);

        Assert.Equal(account.All.Select(customer => customer.Id), account.FileOf(Plan.RunId, state.Staged()));
        Assert.Equal(count, state.Rows);
        Assert.Equal(100, state.Percent);
    }

    [Theory]
    [InlineData(20_000, 200, 300, 150)]
    [InlineData(100_000, 1_000, 1_150, 250)]
    public void Apply_ManyPages_AreReadByFewStretchesAndFewCallsAreWasted(int count, int calls, int mostCalls, int mostStretches)
    {
        var account = new CustomerListFake(Plan, count, 30_000_000, seed: 5);
        var state = ExportState.Start(Plan);

        var stretches = Run(state, new Random(5), account.Fetch);

        Assert.InRange(account.Calls, calls, mostCalls);
        Assert.InRange(stretches, Parallelism, mostStretches);
    }

    [Fact]
    public void LengthOfNext_RangeGoesOn_GrowsWithWhatWasReadUpToItsShare()
    {
        var state = ExportState.Start(Plan);
        var range = state.Ranges.Single();

        Assert.Equal(1, state.LengthOfNext(range, Parallelism));
        state.Apply(Stretch(range, pages: 10, lastCreated: range.To - 1_000_000), parallelism: 1);
        Assert.Equal(20, state.LengthOfNext(state.Ranges.Single(), Parallelism));
        state.Apply(Stretch(range, pages: 1, lastCreated: range.From + 1), parallelism: 1);
        Assert.Equal(4, state.LengthOfNext(state.Ranges.Single(), Parallelism));
    }

    [Fact]
    public void Apply_CursorGone_RestartsTheRangeUnderANewId()
    {
        var state = ExportState.Start(Plan);
        var range = state.Ranges.Single();
        state.Apply(Stretch(range, pages: 1, lastCreated: range.To - 5), parallelism: 1);

        state.Apply(new StretchFetched(StretchEnd.CursorGone, range.Id, "b"), parallelism: 1);

        var restarted = state.Ranges.Single();
        Assert.NotEqual(range.Id, restarted.Id);
        Assert.Equal((range.From, range.To, 0, 0L), (restarted.From, restarted.To, restarted.Pages, restarted.Rows));
        Assert.Null(restarted.Cursor);
    }

    [Fact]
    public void Apply_ThrottledOrRefusedAfterSomePages_KeepsThem()
    {
        var state = ExportState.Start(Plan);
        var range = state.Ranges.Single();
        var retryAt = DateTimeOffset.UnixEpoch.AddYears(56);

        state.Apply(Stretch(range, pages: 2, lastCreated: range.To - 5) with { End = StretchEnd.Throttled, RetryAt = retryAt }, parallelism: 1);
        Assert.Equal((2, 200L, false, retryAt), (state.Pages, state.Rows, state.IsComplete, state.Ranges.Single().NotBefore));

        state.Apply(Stretch(range, pages: 1, lastCreated: range.To - 9) with { End = StretchEnd.Refused }, parallelism: 1);
        Assert.Equal((3, 300L, false), (state.Pages, state.Rows, state.IsComplete));
        Assert.Null(state.Ranges.Single().NotBefore);
    }

    [Fact]
    public void Json_RoundTrip_IsTheSameState()
    {
        var account = new CustomerListFake(Plan, 2_000, 1_000_000, seed: 3);
        var state = ExportState.Start(Plan);
        Run(state, new Random(3), account.Fetch, stopAfter: 9);

        var json = JsonSerializer.Serialize(state);

        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ExportState>(json)));
        Assert.True(state.Pages > 0);
    }

    private static StretchFetched Stretch(ExportRange range, int pages, long lastCreated) =>
        new(StretchEnd.Paused, range.Id, "a") { Pages = pages, Rows = pages * ExportState.PageSize, LastId = "cus_1", LastCreated = lastCreated };

    /// <summary>Plays the orchestrator with stretches that come back in random order.</summary>
    internal static int Run(ExportState state, Random random, Func<FetchStretch, StretchFetched> fetch, int stopAfter = int.MaxValue)
    {
        var stretches = 0;
        var inFlight = new Dictionary<int, StretchFetched>();
        while (stretches < stopAfter)
        {
            foreach (var range in state.Open.Where(range => !inFlight.ContainsKey(range.Id)).Take(Parallelism - inFlight.Count).ToList())
            {
                inFlight[range.Id] = fetch(
                    new FetchStretch(Plan, range.Id, range.Pages, range.From, range.To, range.Cursor) { MaxPages = state.LengthOfNext(range, Parallelism) });
                stretches++;
            }

            if (inFlight.Count == 0)
            {
                break;
            }

            foreach (var stretch in inFlight.Values.Where(_ => random.Next(4) > 0).ToList())
            {
                inFlight.Remove(stretch.RangeId);
                state.Apply(stretch, Parallelism);
            }
        }

        return stretches;
    }
}
