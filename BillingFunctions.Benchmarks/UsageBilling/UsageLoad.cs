using System.Collections.Concurrent;
using System.Diagnostics;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.UsageBilling;

/// <summary>Senders of usage of many organizations.</summary>
internal sealed class UsageLoad(ApiClient api, IReadOnlyList<UsageAccount> accounts, DateTimeOffset now)
{
    private const int Parallelism = 16;

    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _requests;

    /// <summary>Makes organizations with an invoice each.</summary>
    public static async Task<UsageLoad> StartAsync(BillingApp app, int organizations)
    {
        var (api, now, accounts) = (new ApiClient(app.Http, TimeProvider.System), TimeProvider.System.GetUtcNow(), new UsageAccount[organizations]);
        await Parallel.ForAsync(0, organizations, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, token) =>
            accounts[number] = await UsageAccount.CreateAsync(api, $"Organization {number}", now, token));
        return new UsageLoad(api, accounts, now);
    }

    /// <summary>Sends items; those of a request are of one organization, and each request of another.</summary>
    /// <param name="senders">How many send at once.</param>
    /// <param name="requests">How many requests.</param>
    /// <param name="perRequest">How many items each has: 1 for single ones, up to 1,000 for batches.</param>
    /// <returns>Items a second.</returns>
    public async Task<double> SendAsync(int senders, int requests, int perRequest)
    {
        _milliseconds.Clear();
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = senders }, async (_, token) =>
        {
            var account = accounts[Interlocked.Increment(ref _requests) % accounts.Count];
            var (item, started) = (new NewUsageItem(125, "requests", now, account.InvoiceId), Stopwatch.GetTimestamp());
            await (perRequest == 1 ? account.AddAsync(api, item, token) : UsageAccount.AddAllAsync(api, [.. Enumerable.Repeat(item, perRequest)], token));
            _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        });
        return (double)requests * perRequest / clock.Elapsed.TotalSeconds;
    }

    /// <summary>How long the fastest so many percent of the last requests took, at most; in milliseconds.</summary>
    public double Percentile(double percent)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * percent / 100))];
    }

    public Task<UsageSync> SyncAsync() => UsageSync.ReadAsync(api, CancellationToken.None);
}
