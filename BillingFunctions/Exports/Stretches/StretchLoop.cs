using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Durable;
using Microsoft.DurableTask;

namespace BillingFunctions.Exports.Stretches;

/// <summary>The part of the orchestration that keeps stretches in flight, a slot each. It decides only by the state and by what its tasks bring.</summary>
internal sealed class StretchLoop(TaskOrchestrationContext context, ExportState state, int parallelism)
{
    private readonly SortedDictionary<int, InFlight> _slots = [];
    private int _started;

    /// <summary>Fetches until nothing is left, <paramref name="limit"/> stretches were started and have come, or the run is canceled.</summary>
    /// <returns>Why it cannot go on; null if nothing is wrong.</returns>
    public async Task<string?> RunAsync(int limit, Task canceled)
    {
        while (!canceled.IsCompleted)
        {
            Start(limit);
            context.SetCustomStatus(new ExportCustomStatus(ExportProgress.From(state), state.RowsLeft(), [.. _slots.Values.Select(slot => slot.Stretch)]));
            if (_slots.Count == 0)
            {
                return null;
            }

            await Task.WhenAny([canceled, .. _slots.Values.Select(slot => slot.Fetched)]);
            if (await TakeArrivedAsync() is { } refusal)
            {
                return refusal;
            }

            if (state.Pages > ExportState.MaxPages)
            {
                return $"The account has more customers than one file can hold ({ExportState.MaxPages} pages). Export it in parts with created_from and created_to.";
            }
        }

        // What is in flight stops by itself when the run has ended; its blocks are never committed.
        return null;
    }

    private void Start(int limit)
    {
        var busy = _slots.Values.Select(slot => slot.Stretch.RangeId).ToHashSet();
        foreach (var range in state.Open.Where(range => !busy.Contains(range.Id)).Take(Math.Min(parallelism - _slots.Count, limit - _started)).ToList())
        {
            _started++;
            var slot = Enumerable.Range(0, parallelism).First(slot => !_slots.ContainsKey(slot));
            _slots[slot] = new InFlight(new StretchInFlight(range.Id, range.Pages), FetchAsync(range, slot));
        }
    }

    /// <returns>Why the run cannot go on, if one of those that have come says so.</returns>
    private async Task<string?> TakeArrivedAsync()
    {
        var arrived = _slots.Where(slot => slot.Value.Fetched.IsCompleted).ToList();
        foreach (var (slot, stretch) in arrived)
        {
            _slots.Remove(slot);
            if (stretch.Fetched.IsCompletedSuccessfully)
            {
                Apply(stretch.Fetched.Result);
            }
        }

        // All that have come are in the state before one of them ends the run: from there it may be resumed.
        var fetched = await Task.WhenAll(arrived.Select(slot => slot.Value.Fetched));
        return fetched.FirstOrDefault(stretch => stretch.End == StretchEnd.Refused)?.Reason;
    }

    private void Apply(StretchFetched stretch)
    {
        state.Apply(stretch, parallelism);
        if (stretch.RetryAt is { } retryAt)
        {
            state.ThrottledMs += (long)Math.Max(0, (retryAt.UtcDateTime - context.CurrentUtcDateTime).TotalMilliseconds);
        }
    }

    /// <summary>One stretch, after a durable timer if the rate limit had no room for the range. The timer is set even if its time has come: what is asked may not depend on the clock.</summary>
    private async Task<StretchFetched> FetchAsync(ExportRange range, int slot)
    {
        var stretch = new FetchStretch(state.Plan, range.Id, range.Pages, range.From, range.To, range.Cursor)
        {
            MaxPages = state.LengthOfNext(range, parallelism),
            Slot = slot,
            NotNewerThan = range.ReadDownTo,
        };
        if (range.NotBefore is { } time)
        {
            await context.CreateTimer(time.UtcDateTime, CancellationToken.None);
        }

        return await context.AskAsync<StretchFetched>(nameof(FetchStretchActivity), stretch, RetryPolicies.Stripe);
    }

    private sealed record InFlight(StretchInFlight Stretch, Task<StretchFetched> Fetched);
}
