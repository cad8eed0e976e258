using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Invoicing.Runs;
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
            if (interceptor is not null && worker.Channel is { } channel)
            {
                (worker.CallInvoker, worker.Channel) = (channel.Intercept(interceptor), null);
            }
        }
    }

    /// <summary>Adds the orchestrator of a month's invoicing.</summary>
    /// <param name="tasks">Where it is added.</param>
    /// <param name="add">What its activities answer; may throw.</param>
    /// <param name="finish">What its activities answer; may throw.</param>
    public static void AddInvoicing(this DurableTaskRegistry tasks, Func<AddInvoices, Task<object>> add, Func<FinishInvoicing, Task<object>> finish) => tasks
        .AddOrchestratorFunc<InvoicingRun>(nameof(InvoicingOrchestrator), (context, _) => InvoicingOrchestrator.RunAsync(context))
        .AddActivityFunc<AddInvoices, object>(nameof(AddInvoicesActivity), (_, page) => add(page))
        .AddActivityFunc<FinishInvoicing, object>(nameof(FinishInvoicingActivity), (_, run) => finish(run));

    /// <summary>Adds the orchestrator of an export.</summary>
    /// <param name="tasks">Where it is added.</param>
    /// <param name="fetch">What its activities answer; may throw.</param>
    /// <param name="end">What its activities answer; may throw.</param>
    public static void AddExport(this DurableTaskRegistry tasks, Func<FetchStretch, Task<object?>> fetch, Func<ExportEnd, object> end) => tasks
        .AddOrchestratorFunc<ExportState>(nameof(ExportCustomersOrchestrator), (context, _) => ExportCustomersOrchestrator.RunAsync(context))
        .AddActivityFunc<FetchStretch, object?>(nameof(FetchStretchActivity), (_, stretch) => fetch(stretch))
        .AddActivityFunc<ExportEnd, object>(nameof(EndExportActivity), (_, ended) => end(ended));

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
