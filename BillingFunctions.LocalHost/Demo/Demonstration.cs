using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Plays the app's main jobs, one after the other, once the host listens. The host goes on serving whatever comes of it.</summary>
internal static class Demonstration
{
    /// <summary>The steps whose routes the app has.</summary>
    public static IEnumerable<IDemoStep> StepsFor(LocalRun run, string root)
    {
        var known = run.Routes.Select(route => route.Template).ToHashSet(StringComparer.OrdinalIgnoreCase);
        IDemoStep[] steps =
        [
            new ExportDemo(root), new UploadDemo(root), new InvoicingDemo(root, run.Local, TimeProvider.System), new CustomersDemo(TimeProvider.System), new UsageDemo(TimeProvider.System),
        ];
        return steps.Where(step => known.Contains(step.Route));
    }

    public static async Task RunAsync(IEnumerable<IDemoStep> steps, ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var step in steps)
            {
                await step.RunAsync(app, console, cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception exception)
        {
            console.WriteLine($"The demonstration stopped: {exception.Message}");
        }
    }
}
