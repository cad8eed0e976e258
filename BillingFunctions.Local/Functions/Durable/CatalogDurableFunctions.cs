using BillingFunctions.Local.DurableTask;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>Gives the durable engine the orchestrators and activities of the app.</summary>
internal sealed class CatalogDurableFunctions(
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    RunningInvocations running,
    IServiceScopeFactory scopes) : IDurableFunctions
{
    public CancellationToken Stopping => running.Stopping;

    public bool HasOrchestrator(string name) => catalog.Find<OrchestrationTriggerAttribute>(name) is not null;

    public bool HasActivity(string name) => catalog.Find<ActivityTriggerAttribute>(name) is not null;

    /// <summary>Runs the orchestrator without middlewares: theirs are tasks that a replay cannot repeat.</summary>
    /// <remarks>An orchestrator that waits is dropped, not completed; its scope then goes to the garbage collector.</remarks>
    public async Task<object?> RunOrchestratorAsync(string name, TaskOrchestrationContext context)
    {
        using var scope = scopes.CreateScope();
        var invocation = new Invocation(catalog.Get<OrchestrationTriggerAttribute>(name), scope.ServiceProvider, CancellationToken.None);
        invocation.Features.Set(context);
        await FunctionInvoker.ExecuteAsync(invocation);
        return invocation.GetInvocationResult().Value;
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string? inputJson, CancellationToken cancellationToken)
    {
        using var cancellation = running.Link(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(catalog.Get<ActivityTriggerAttribute>(name), scope.ServiceProvider, cancellation.Token)
        {
            BindingData = () => new Dictionary<string, object?> { ["instanceId"] = instanceId },
        };
        invocation.Features.Set(new ActivityInput(inputJson));
        return await invoker.InvokeAsync(invocation);
    }
}
