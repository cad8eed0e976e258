using System.Collections.Concurrent;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>Exports of all customers that Stripe has from the start: each row once.</summary>
internal sealed class ExportJob(FaultWorld world, FaultPlan plan) : IFaultedJob
{
    private static readonly string[] Fields = ["id"];

    private readonly ConcurrentBag<string> _runs = [];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        for (var run = 0; run < plan.Size; run++)
        {
            _runs.Add(await new ExportsDriver(world.App).StartAsync(new { target_directory = "exports", fields = Fields }));
            await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach (var id in _runs)
        {
            var run = await new ExportsDriver(world.App).GetAsync(id);
            if (ExportsDriver.StatusOf(run) == "failed")
            {
                await world.App.Http.PostAsync($"api/exports/{id}/resume", null, cancellationToken);
            }

            if (ExportsDriver.StatusOf(run) != "completed")
            {
                open.Add($"{run}");
            }
        }

        return open;
    }

    public async Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken)
    {
        var breaches = new List<string>();
        foreach (var id in _runs)
        {
            var ids = (await new ExportsDriver(world.App).DownloadAsync(id)).Column("id").ToList();
            var doubled = ids.Count - ids.Distinct().Count();
            if (doubled > 0 || ids.Count < world.StripeCustomers)
            {
                breaches.Add($"{id} has {ids.Count} rows, {doubled} of them twice; {world.StripeCustomers} were there from the start.");
            }
        }

        return breaches;
    }
}
