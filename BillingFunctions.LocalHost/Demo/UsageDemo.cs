using System.Globalization;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Bills usage: a few items one by one, each of which is at Stripe at once, then a burst that goes there in groups.</summary>
internal sealed class UsageDemo(TimeProvider time) : IDemoStep
{
    private const int Organizations = 20;
    private const int QuietItems = 6;
    private const int BurstItems = 3_000;

    /// <summary>The API takes no more in a batch.</summary>
    private const int MaxBatch = 1_000;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public string Route => "api/invoice_items/batch";

    public async Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        // All of it is of this moment's month, also when the month ends meanwhile.
        var now = time.GetUtcNow();
        var accounts = await Task.WhenAll(Enumerable.Range(1, Organizations).Select(number => UsageAccount.CreateAsync(app, $"Demo {number}", now, cancellationToken)));
        await SendQuietlyAsync(app, console, accounts, now, cancellationToken);
        await SendBurstAsync(app, console, accounts, now, cancellationToken);

        var (usage, link) = (await accounts[0].ReadAsync(app, cancellationToken), await accounts[0].LinkAsync(app, cancellationToken));
        console.WriteFields(
            ("Usage", $"{usage.Synced} at Stripe, {usage.Pending} on their way, of the first organization"),
            ("", $"{app.Address}{accounts[0].Path}"),
            ("Link", link),
            ("Sync", $"{app.Address}{UsageSync.Path}"),
            ("Dashboard", $"{app.Address}dashboard/"));
    }

    private async Task SendQuietlyAsync(ApiClient app, JobConsole console, UsageAccount[] accounts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seconds = new List<double>();
        await console.ProgressAsync("Usage, quiet", async progress =>
        {
            while (seconds.Count < QuietItems)
            {
                var began = time.GetTimestamp();
                var item = await accounts[seconds.Count].AddAsync(app, Item(seconds.Count, now), cancellationToken);
                while (item.SyncStatus == "pending")
                {
                    await Task.Delay(Glance, time, cancellationToken);
                    item = await item.ReadAsync(app, cancellationToken);
                }

                seconds.Add(time.GetElapsedTime(began).TotalSeconds);
                progress.Report(new JobProgress(100.0 * seconds.Count / QuietItems, $"{item.SyncStatus} after {seconds[^1].ToString("0.0", CultureInfo.InvariantCulture)} s"));
            }
        });
        console.WriteLine(FormattableString.Invariant($"Usage, quiet: {QuietItems} items, each at Stripe after {seconds.Min():0.0} to {seconds.Max():0.0} s."));
    }

    private async Task SendBurstAsync(ApiClient app, JobConsole console, UsageAccount[] accounts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (began, modes, largest) = (time.GetTimestamp(), new List<string>(), 0);
        await console.ProgressAsync("Usage, burst", async progress =>
        {
            var items = Enumerable.Range(0, BurstItems).Select(number => Item(number, now) with { Invoice = accounts[number % accounts.Length].InvoiceId });
            var adding = Task.WhenAll(items.Chunk(MaxBatch).Select(batch => UsageAccount.AddAllAsync(app, batch, cancellationToken)));
            var waiting = new Queue<UsageAccount>(accounts);
            while (waiting.Count > 0)
            {
                await Task.Delay(Look, time, cancellationToken);

                // Not the queue's end: what an earlier run has left is in it too.
                while (adding.IsCompleted && waiting.TryPeek(out var account) && (await account.ReadAsync(app, cancellationToken)).Pending.Items == 0)
                {
                    waiting.Dequeue();
                }

                var sync = await UsageSync.ReadAsync(app, cancellationToken);
                progress.Report(sync.HowFar(BurstItems));
                largest = Math.Max(largest, sync.GroupSize);
                if (modes.LastOrDefault() != sync.Mode)
                {
                    modes.Add(sync.Mode);
                }
            }

            await adding;
        });
        console.WriteLine(FormattableString.Invariant(
            $"Usage, burst: {BurstItems:N0} items of {accounts.Length} organizations at Stripe after {time.GetElapsedTime(began).TotalSeconds:0.0} s: {string.Join(", ", modes)}; groups of {largest} and more."));
    }

    private static NewUsageItem Item(int number, DateTimeOffset now) => new(100 + (number % 50), number % 3 == 0 ? "storage" : "requests", now);
}
