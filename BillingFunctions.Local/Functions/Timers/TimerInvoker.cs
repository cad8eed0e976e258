using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Runs a function because it is due.</summary>
internal sealed class TimerInvoker(FunctionInvoker invoker, RunningInvocations running, IServiceScopeFactory scopes)
{
    /// <summary>Never throws: a run counts however it ends, also when the end of the app interrupts it, and the next one is its retry.</summary>
    public async Task InvokeAsync(FunctionDescriptor function, TimerInfo info)
    {
        using var cancellation = running.Link(CancellationToken.None);
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, scope.ServiceProvider, cancellation.Token);
        invocation.Features.Set(info);
        try
        {
            await invoker.InvokeAsync(invocation);
        }
        catch (Exception)
        {
            // The invoker has logged it.
        }
    }
}
