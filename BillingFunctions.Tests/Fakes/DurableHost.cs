using System.Net;
using System.Net.Sockets;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Tests.Fakes;

/// <summary>The vendor's engine in memory, for what orchestrators decide.</summary>
internal static class DurableHost
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static async Task<DurableTaskTestHost> StartAsync(Action<DurableTaskRegistry> tasks)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(tasks, new DurableTaskTestHostOptions { Port = FreePort() }, TestContext.Current.CancellationToken);
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
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, deadline.Token);
        return await host.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, deadline.Token);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
