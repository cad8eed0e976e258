using System.Collections.Concurrent;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>Exports of all customers that Stripe has from the start: each row once.</summary>
internal sealed class ExportJob(BillingApp app) : IFaultedJob
{
    private static readonly string[] Fields = ["id"];

    private readonly ConcurrentBag<string> _runs = [];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        for (var run = 0; run < 3; run++)
        {
            _runs.Add(await new ExportsDriver(app).StartAsync(new { target_directory = "exports", fields = Fields }));
            await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach (var id in _runs)
        {
            var run = await new ExportsDriver(app).GetAsync(id);
            if (ExportsDriver.StatusOf(run) == "failed")
            {
                await app.Http.PostAsync($"api/exports/{id}/resume", null, cancellationToken);
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
            var ids = (await new ExportsDriver(app).DownloadAsync(id)).Column("id").ToList();
            var doubled = ids.Count - ids.Distinct().Count();
            if (doubled > 0 || ids.Count < FaultWorld.StripeCustomers)
            {
                breaches.Add($"{id} has {ids.Count} rows, {doubled} of them twice; {FaultWorld.StripeCustomers} were there from the start.");
            }
        }

        return breaches;
    }
}
