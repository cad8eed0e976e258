using BillingFunctions.Local.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Plays the app's main jobs, one after the other, once the host listens. The host goes on serving whatever comes of it.</summary>
internal sealed class Demonstration(IEnumerable<IDemoStep> steps, FunctionCatalog catalog, HostJson hostJson, IConfiguration configuration)
{
    public async Task RunAsync(Uri address, DemoConsole console, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add("x-functions-key", configuration["Keys:Default"] ?? "");
        var routes = catalog.TriggeredBy<HttpTriggerAttribute>()
            .Select(function => new HttpRoute(function, hostJson.RoutePrefix).Template)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var step in steps.Where(step => routes.Contains(step.Route)))
        {
            if (!await PlayAsync(step, client, console, cancellationToken))
            {
                return;
            }
        }
    }

    private static async Task<bool> PlayAsync(IDemoStep step, HttpClient client, DemoConsole console, CancellationToken cancellationToken)
    {
        try
        {
            await step.RunAsync(client, console, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            console.WriteLine($"The demonstration stopped: {exception.Message}");
            return false;
        }
    }
}
