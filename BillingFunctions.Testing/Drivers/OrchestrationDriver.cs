using BillingFunctions.Testing.Processes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays orchestrations on the vendor's engine in memory, for what orchestrators decide.</summary>
internal static class OrchestrationDriver
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static async Task<DurableTaskTestHost> StartAsync(Action<DurableTaskRegistry> tasks)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(tasks, new DurableTaskTestHostOptions { Port = FreePort.Find() }, TestContext.Current.CancellationToken);
            }
            catch (IOException) when (tries < 5)
            {
                // Somebody took the port in between.
            }
        }
    }

    /// <summary>Runs an orchestration to its end.</summary>
    public static async Task<OrchestrationMetadata> RunAsync(this DurableTaskTestHost host, TaskName orchestrator, object input)
    {
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, TestContext.Current.CancellationToken);
        return await host.EndAsync(id);
    }

    /// <summary>Waits for the end of an orchestration.</summary>
    public static async Task<OrchestrationMetadata> EndAsync(this DurableTaskTestHost host, string id)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        return await host.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, deadline.Token);
    }
}
