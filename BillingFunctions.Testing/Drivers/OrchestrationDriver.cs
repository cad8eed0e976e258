using BillingFunctions.Testing.Processes;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays orchestrations on the vendor's engine in memory, for what orchestrators decide.</summary>
internal static class OrchestrationDriver
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <param name="tasks">Adds orchestrators and activities.</param>
    /// <param name="interceptor">Sees what the worker and the engine tell each other.</param>
    public static async Task<DurableTaskTestHost> StartAsync(Action<DurableTaskRegistry> tasks, Interceptor? interceptor = null)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var options = new DurableTaskTestHostOptions { Port = FreePort.Find(), ConfigureServices = services => services.PostConfigureAll<GrpcDurableTaskWorkerOptions>(Intercept) };
                return await DurableTaskTestHost.StartAsync(tasks, options, TestContext.Current.CancellationToken);
            }
            catch (IOException) when (tries < 5)
            {
                // Somebody took the port in between.
            }
        }

        void Intercept(GrpcDurableTaskWorkerOptions worker)
        {
            if (interceptor is not null)
            {
                (worker.CallInvoker, worker.Channel) = (worker.Channel.Intercept(interceptor), null);
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
