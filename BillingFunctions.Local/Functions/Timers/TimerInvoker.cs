using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Runs a function because it is due.</summary>
internal sealed class TimerInvoker(FunctionInvoker invoker, RunningInvocations running, IServiceScopeFactory scopes)
{
    /// <returns>
    /// Whether the run counts. One that failed does, and the next is its retry; one that the end of the app interrupted is made up for at
    /// the next start.
    /// </returns>
    public async Task<bool> InvokeAsync(FunctionDescriptor function, TimerInfo info)
    {
        using var cancellation = running.Link(CancellationToken.None);
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, scope.ServiceProvider, cancellation.Token);
        invocation.Features.Set(info);
        try
        {
            await invoker.InvokeAsync(invocation);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception)
        {
            // The invoker has logged it.
            return true;
        }
    }
}
