using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Exports all customers to a CSV file and brings it into <c>.local/exports</c>.</summary>
internal sealed class ExportDemo(string root) : IDemoStep
{
    public string Route => "api/exports";

    public async Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var started = await ExportRun.StartAsync(app, new ExportRequest("exports"), cancellationToken);
        var run = await started.FinishAsync(app, console, cancellationToken);
        var csv = new OutputFile(Path.Combine(LocalFolder.Create(root, "exports"), Path.GetFileName(run.File!.Path)));
        await run.SaveAsync(app, csv, cancellationToken);

        console.WriteLine(run.Summary);
        console.WriteFields(
            ("CSV", csv.Path),
            ("sha256", run.File.Sha256),
            ("Status", $"{app.Address}{run.Path}"),
            ("Download", $"{app.Address}{run.Path}/file"),
            ("Manifest", $"{app.Address}{run.Path}/manifest"));
    }
}
