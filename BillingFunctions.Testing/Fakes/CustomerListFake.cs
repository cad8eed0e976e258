using System.Collections.Concurrent;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;

namespace BillingFunctions.Testing.Fakes;

/// <summary>An account's customers, newest first as Stripe lists them, and the blocks that were staged of them.</summary>
internal sealed class CustomerListFake
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _blocks = [];

    /// <param name="plan">The export that reads them.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="spanSeconds">In which time they were created; the newest at the end of the window.</param>
    /// <param name="seed">Of the random times.</param>
    public CustomerListFake(ExportPlan plan, int count, int spanSeconds, int seed)
    {
        var random = new Random(seed);
        All = [.. Enumerable.Range(0, count).Select(number => (Id: $"cus_{number}", Created: plan.To - random.Next(spanSeconds))).OrderByDescending(customer => customer.Created)];
    }

    public IReadOnlyList<(string Id, long Created)> All { get; }

    public int Calls { get; private set; }

    public StretchFetched Fetch(FetchStretch stretch)
    {
        var attempt = ExportBlocks.NewAttempt();
        var left = All.Where(customer => customer.Created >= stretch.From && customer.Created <= stretch.To)
            .SkipWhile(customer => stretch.Cursor is not null && customer.Id != stretch.Cursor)
            .Skip(stretch.Cursor is null ? 0 : 1)
            .ToList();
        var pages = left.Chunk(ExportState.PageSize).Take(stretch.MaxPages).ToList();
        for (var page = 0; page < pages.Count; page++)
        {
            _blocks[ExportBlocks.PageOf(stretch.Plan.RunId, stretch.RangeId, stretch.Page + page, attempt)] = [.. pages[page].Select(customer => customer.Id)];
        }

        Calls += Math.Max(1, pages.Count);
        var rows = pages.Sum(page => page.Length);
        return new StretchFetched(rows == left.Count ? StretchEnd.RangeDone : StretchEnd.Paused, stretch.RangeId, attempt)
        {
            Pages = pages.Count,
            Rows = rows,
            LastId = rows > 0 ? left[rows - 1].Id : null,
            LastCreated = rows > 0 ? left[rows - 1].Created : null,
        };
    }

    /// <summary>The ids in a file that is made of these blocks.</summary>
    public IEnumerable<string> FileOf(string runId, IEnumerable<StagedRange> ranges) => ExportBlocks.InOrder(runId, ranges).Skip(1).SelectMany(block => _blocks[block]);
}
