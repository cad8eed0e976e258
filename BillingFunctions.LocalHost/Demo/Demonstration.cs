namespace BillingFunctions.LocalHost.Demo;

/// <summary>Plays the app's main jobs, one after the other, once the host listens. The host goes on serving whatever comes of it.</summary>
internal static class Demonstration
{
    public static async Task RunAsync(IEnumerable<IDemoStep> steps, HttpClient client, DemoConsole console, CancellationToken cancellationToken)
    {
        using (client)
        {
            foreach (var step in steps)
            {
                if (!await PlayAsync(step, client, console, cancellationToken))
                {
                    return;
                }
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
