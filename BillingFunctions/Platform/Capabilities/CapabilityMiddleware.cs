using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Platform.Capabilities;

/// <summary>
/// Refuses HTTP requests to a capability that is off, before its function is made. Queue and timer functions of such a capability are not there at all
/// (<see cref="AvailableFunctions"/>); orchestrations and activities that were under way run, and fail with the setting's name if they need it.
/// </summary>
internal sealed class CapabilityMiddleware(CapabilityStates capabilities) : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var missing = context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "httpTrigger")
            ? capabilities.MissingFor(context.FunctionDefinition.EntryPoint)
            : [];
        return missing.Count == 0 ? next(context) : throw new SettingMissingException(missing);
    }
}
