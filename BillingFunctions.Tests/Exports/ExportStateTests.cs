using System.Text.Json;
using BillingFunctions.Exports;

namespace BillingFunctions.Tests.Exports;

public sealed class ExportStateTests
{
    private const int Parallelism = 16;

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
        var account = Account(count, spanSeconds, seed);
        var staged = new Dictionary<(int Range, int Page), List<(string Id, long Created)>>();
        var state = ExportState.Start(Plan());

        Run(state, account, staged, new Random(seed));

        var file = state.Ranges.SelectMany(range => Enumerable.Range(0, range.Pages).SelectMany(page => staged[(range.Id, page)])).ToList();
        Assert.Equal(account, file);
        Assert.Equal(count, state.Rows);
        Assert.Equal(100, state.Percent);
    }

    [Fact]
    public void Apply_ManyPages_AreReadInParallelAndFewAreEmpty()
    {
        var account = Account(20_000, 30_000_000, 5);
        var staged = new Dictionary<(int Range, int Page), List<(string Id, long Created)>>();
        var state = ExportState.Start(Plan());

        var (calls, rounds) = Run(state, account, staged, new Random(5));

        Assert.InRange(calls, 200, 280);
        Assert.InRange(rounds, 200 / Parallelism, 60);
    }

    [Fact]
    public void Apply_CursorGone_RestartsTheRangeUnderANewId()
    {
        var state = ExportState.Start(Plan());
        var range = state.Ranges.Single();
        state.Apply(new PageFetched(PageOutcome.Staged, range.Id) { Rows = 100, LastId = "cus_1", LastCreated = range.To - 5, HasMore = true }, parallelism: 1);

        state.Apply(new PageFetched(PageOutcome.CursorGone, range.Id), parallelism: 1);

        var restarted = state.Ranges.Single();
        Assert.NotEqual(range.Id, restarted.Id);
        Assert.Equal((range.From, range.To, 0, 0L), (restarted.From, restarted.To, restarted.Pages, restarted.Rows));
        Assert.Null(restarted.Cursor);
    }

    [Fact]
    public void Json_RoundTrip_IsTheSameState()
    {
        var account = Account(2_000, 1_000_000, 3);
        var state = ExportState.Start(Plan());
        Run(state, account, [], new Random(3), stopAfter: 9);

        var copy = JsonSerializer.Deserialize<ExportState>(JsonSerializer.Serialize(state))!;

        Assert.Equal(state.Ranges, copy.Ranges);
        Assert.Equal((state.Rows, state.Pages, state.LastRangeId, state.Cursor), (copy.Rows, copy.Pages, copy.LastRangeId, copy.Cursor));
    }

    private static ExportPlan Plan() => new("exp_1", "exports", "customers.csv", ["id"], From: 1_262_304_000, To: 1_767_225_600, false, FormulaHandling.Escape, null);

    /// <summary>Customers newest first, as Stripe lists them; the newest at the end of the window.</summary>
    private static List<(string Id, long Created)> Account(int count, int spanSeconds, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => ($"cus_{number}", Plan().To - random.Next(spanSeconds))).OrderByDescending(customer => customer.Item2)];
    }

    /// <summary>Plays the orchestrator with pages that come back in random order.</summary>
    private static (int Calls, int Rounds) Run(
        ExportState state, List<(string Id, long Created)> account, Dictionary<(int, int), List<(string, long)>> staged, Random random, int stopAfter = int.MaxValue)
    {
        var (calls, rounds) = (0, 0);
        var inFlight = new Dictionary<int, PageFetched>();
        while (calls < stopAfter)
        {
            foreach (var range in state.Open.Where(range => !inFlight.ContainsKey(range.Id)).Take(Parallelism - inFlight.Count).ToList())
            {
                inFlight[range.Id] = Fetch(account, range, staged);
                calls++;
            }

            if (inFlight.Count == 0)
            {
                break;
            }

            rounds++;
            foreach (var page in inFlight.Values.Where(_ => random.Next(4) > 0).ToList())
            {
                inFlight.Remove(page.RangeId);
                state.Apply(page, Parallelism);
            }
        }

        return (calls, rounds);
    }

    private static PageFetched Fetch(List<(string Id, long Created)> account, ExportRange range, Dictionary<(int, int), List<(string, long)>> staged)
    {
        var matching = account.Where(customer => customer.Created >= range.From && customer.Created <= range.To)
            .SkipWhile(customer => range.Cursor is not null && customer.Id != range.Cursor)
            .Skip(range.Cursor is null ? 0 : 1)
            .ToList();
        var rows = matching.Take(ExportState.PageSize).ToList();
        staged[(range.Id, range.Pages)] = rows;
        return new PageFetched(PageOutcome.Staged, range.Id)
        {
            Rows = rows.Count,
            LastId = rows.Count > 0 ? rows[^1].Id : null,
            LastCreated = rows.Count > 0 ? rows[^1].Created : null,
            HasMore = matching.Count > rows.Count,
        };
    }
}
