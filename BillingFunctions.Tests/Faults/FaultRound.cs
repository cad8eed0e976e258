using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Tests.Faults.Jobs;

namespace BillingFunctions.Tests.Faults;

/// <summary>All five jobs of the app while everything goes wrong, then without faults until they are done, then what is found from outside.</summary>
internal sealed class FaultRound(FaultWorld world, FaultPlan plan)
{
    /// <summary>A message that a killed process held is hidden for ten minutes; the sweeper queues again what was silent for two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(20);

    /// <summary>Events are counted of the last hour.</summary>
    private static readonly TimeSpan CountedTime = TimeSpan.FromHours(1);

    private readonly Random _chance = new(plan.Seed);
    private readonly IReadOnlyList<IFaultedJob> _jobs =
    [
        new ExportJob(world, plan),
        new InvoicingJob(world, plan),
        new CustomerSyncJob(world, plan),
        new SubscriptionJob(world, plan),
        new UsageJob(world, plan),
    ];

    private readonly Dictionary<string, int> _done = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What was done to the app, by kind.</summary>
    public string Disturbances => string.Join(", ", _done.Select(kind => $"{kind.Value} {kind.Key}")
        .Concat(world.Ways.Select(way => $"{way.Value.Injected.Values.Sum()} faults on the way {(way.Key == "callers" ? "from callers" : $"to {way.Key}")}")));

    /// <returns>What is wrong; nothing if all is well.</returns>
    public async Task<IReadOnlyList<string>> PlayAsync()
    {
        (world.Stripe.Webhooks.Disorder.DuplicateRate, world.Stripe.Webhooks.Disorder.ReorderRate, world.Stripe.Webhooks.Disorder.DropRate) = (0.2, 0.2, 0.02);
        foreach (var (name, way) in world.Ways)
        {
            way.Rate = name == "storage" ? plan.Rate / 6 : plan.Rate;
        }

        var playing = Task.WhenAll(_jobs.Select(job => job.PlayAsync(Token)));
        await DisturbAsync();
        world.Heal();
        try
        {
            await playing.WaitAsync(Patience, TimeProvider.System, Token);
            await ReconcileAsync();
            await SettleAsync();
        }
        catch (TimeoutException late)
        {
            return [late.Message];
        }

        var breaches = new List<string>();
        foreach (var job in _jobs)
        {
            breaches.AddRange((await job.FindBreachesAsync(Token)).Select(breach => $"{job.GetType().Name}: {breach}"));
        }

        var refused = world.Stripe.Calls.RateLimited.Values.Sum();
        return refused == 0 ? breaches : [.. breaches, $"Stripe refused {refused} calls with 429; at most {world.Stripe.Calls.MostInAnyWindow(TimeSpan.FromSeconds(1))} calls arrived within a second."];
    }

    /// <summary>Until the storm is over, something happens every few seconds.</summary>
    private async Task DisturbAsync()
    {
        var ends = TimeProvider.System.GetUtcNow() + plan.Storm;
        while (TimeProvider.System.GetUtcNow() < ends)
        {
            await PauseAsync(4, 14);
            var (what, happens) = Disturbance();
            _done[what] = _done.GetValueOrDefault(what) + 1;
            await happens();
        }
    }

    private (string What, Func<Task> Happens) Disturbance()
    {
        var host = world.Hosts[_chance.Next(world.Hosts.Count)];
        return _chance.Next(10) switch
        {
            < 3 => ("kills of a worker", () =>
            {
                FaultWorld.KillWorker(host);
                return Task.CompletedTask;
            }
            ),
            < 5 => ("kills of host and worker", () => world.KillAsync(host)),
            < 7 when plan.RestartsStorage => ("restarts of storage", world.Storage.RestartAsync),
            < 9 when plan.MovesClock => ("jumps of the clock", JumpAsync),
            _ => ("outages", OutageAsync),
        };
    }

    /// <summary>The workers' clock is ahead by up to three minutes for some seconds; then it goes back.</summary>
    private async Task JumpAsync()
    {
        MovedClock.Move(world.ClockFile, TimeSpan.FromSeconds(_chance.Next(60, 180)));
        await Poll.UntilAsync(AheadAsync, ahead => ahead > TimeSpan.FromSeconds(30));
        await PauseAsync(2, 8);
        MovedClock.Move(world.ClockFile, TimeSpan.Zero);
    }

    /// <summary>How far the app's clock is ahead, as its answers show it.</summary>
    private async Task<TimeSpan> AheadAsync() =>
        (await world.App.Http.GetFromJsonAsync<JsonElement>("api/webhook_events/counts", Token)).GetProperty("since").GetDateTimeOffset() + CountedTime - TimeProvider.System.GetUtcNow();

    private async Task OutageAsync()
    {
        var way = world.Ways.Values.ElementAt(_chance.Next(world.Ways.Count));
        way.IsOut = true;
        await PauseAsync(2, 12);
        way.IsOut = false;
    }

    private Task PauseAsync(double shortest, double longest) =>
        Task.Delay(TimeSpan.FromSeconds(shortest + (_chance.NextDouble() * (longest - shortest))), TimeProvider.System, Token);

    /// <summary>Events of all jobs that were never sent: a timer asks for them every hour, an operator at once.</summary>
    private async Task ReconcileAsync()
    {
        using var reconciled = await world.App.Http.PostAsync("api/webhook_events/reconcile", null, Token);
        Assert.True(reconciled.IsSuccessStatusCode, await reconciled.Content.ReadAsStringAsync(Token));
    }

    /// <summary>What an operator does afterwards: has what failed tried again, until nothing is left to do.</summary>
    private async Task SettleAsync()
    {
        var retried = TimeProvider.System.GetUtcNow();
        await Poll.UntilAsync(
            async () =>
            {
                var open = new List<string>();
                foreach (var job in _jobs)
                {
                    open.AddRange((await job.FindOpenAsync(Token)).Select(what => $"{job.GetType().Name}: {what}"));
                }

                var failed = await FailedJobsAsync();
                if (failed.Count > 0 && TimeProvider.System.GetUtcNow() - retried > RetryEvery)
                {
                    retried = TimeProvider.System.GetUtcNow();
                    (await world.App.Http.PostAsync("api/failed_jobs/retry", null, Token)).EnsureSuccessStatusCode();
                }

                return string.Join("\n", open.Concat(failed.Select(job => $"failed job {job}")));
            },
            open => open.Length == 0,
            Patience,
            every: TimeSpan.FromSeconds(3));
    }

    private async Task<IReadOnlyList<JsonElement>> FailedJobsAsync() => await PagesDriver.ItemsAsync(world.App.Http, "api/failed_jobs?limit=100");
}
