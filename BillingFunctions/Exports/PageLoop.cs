using BillingFunctions.Platform.Durable;
using Microsoft.DurableTask;

namespace BillingFunctions.Exports;

/// <summary>The part of the orchestration that keeps pages in flight. It decides only by the state and by what its tasks bring.</summary>
internal sealed class PageLoop(TaskOrchestrationContext context, ExportState state, int parallelism)
{
    private readonly Dictionary<int, Task<PageFetched>> _inFlight = [];
    private int _started;

    /// <summary>Fetches until nothing is left, <paramref name="limit"/> pages were started and have come, or the run is canceled.</summary>
    /// <returns>Why it cannot go on; null if nothing is wrong.</returns>
    public async Task<string?> RunAsync(int limit, Task canceled)
    {
        while (!canceled.IsCompleted)
        {
            Start(limit);
            if (_inFlight.Count == 0)
            {
                return null;
            }

            await Task.WhenAny([canceled, .. _inFlight.Values]);
            foreach (var page in TakeArrived())
            {
                if (await page is { Outcome: PageOutcome.Refused } refused)
                {
                    return refused.Reason;
                }
            }

            context.SetCustomStatus(ExportProgress.Of(state));
            if (state.Pages > ExportState.MaxPages)
            {
                return $"The account has more customers than one file can hold ({ExportState.MaxPages} pages). Export it in parts with created_from and created_to.";
            }
        }

        // What is in flight ends by itself; its blocks are never committed.
        return null;
    }

    private void Start(int limit)
    {
        foreach (var range in state.Open.Where(range => !_inFlight.ContainsKey(range.Id)).Take(parallelism - _inFlight.Count).ToList())
        {
            if (_started < limit)
            {
                _started++;
                _inFlight[range.Id] = FetchAsync(new FetchPage(state.Plan, range.Id, range.Pages, range.From, range.To, range.Cursor));
            }
        }
    }

    private List<Task<PageFetched>> TakeArrived()
    {
        var arrived = _inFlight.Where(page => page.Value.IsCompleted).ToList();
        arrived.ForEach(page => _inFlight.Remove(page.Key));
        foreach (var page in arrived.Where(page => page.Value.IsCompletedSuccessfully && page.Value.Result.Outcome != PageOutcome.Refused))
        {
            state.Apply(page.Value.Result, parallelism);
        }

        return [.. arrived.Select(page => page.Value)];
    }

    /// <summary>One page, waiting with durable timers for as long as the rate limit has no room. Waiting spends no try.</summary>
    private async Task<PageFetched> FetchAsync(FetchPage page)
    {
        var result = await CallAsync(page);
        while (result is { Outcome: PageOutcome.Throttled, RetryAt: { } retryAt })
        {
            var wait = retryAt.UtcDateTime - context.CurrentUtcDateTime;
            state.ThrottledMs += result.ThrottledMs + (long)Math.Max(0, wait.TotalMilliseconds);
            if (wait > TimeSpan.Zero)
            {
                await context.CreateTimer(wait, CancellationToken.None);
            }

            result = await CallAsync(page);
        }

        return result;
    }

    private Task<PageFetched> CallAsync(FetchPage page) =>
        context.CallActivityAsync<PageFetched>(nameof(FetchCustomerPageActivity), page, Retries.Stripe);
}
