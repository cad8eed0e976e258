using System.Diagnostics;
using BillingFunctions.LocalHost.Http;
using BillingFunctions.LocalHost.Rpc;
using Microsoft.Azure.WebJobs;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>What a generated method does: hands the bound values to the worker and gives back what it returns.</summary>
internal sealed class Invoker(Worker worker, HttpForwarding forwarding)
{
    private Dictionary<string, FunctionDefinition> _functions = [];

    public void Serve(IEnumerable<FunctionDefinition> functions) =>
        _functions = functions.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc cref="FunctionBody"/>
    public async Task<object?> RunAsync(string name, object?[] arguments)
    {
        var function = _functions[name];
        var (binder, cancellationToken) = ((Binder)arguments[^2]!, (CancellationToken)arguments[^1]!);
        var channel = await worker.ReadyAsync(cancellationToken);
        var request = Request(function, arguments, binder);
        if (arguments[0] is not HttpContext http)
        {
            return RpcData.Read(await channel.InvokeAsync(request, cancellationToken));
        }

        // The worker waits for both, the request and the invocation.
        var forwarded = forwarding.SendAsync(http, channel.HttpUri, request.InvocationId);
        try
        {
            await channel.InvokeAsync(request, cancellationToken);
        }
        finally
        {
            await forwarded;
        }

        return null;
    }

    private static InvocationRequest Request(FunctionDefinition function, object?[] arguments, Binder binder)
    {
        var request = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function.Id,
            TraceContext = new RpcTraceContext { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" },
        };
        foreach (var (index, input) in function.Inputs.Index())
        {
            request.InputData.Add(new ParameterBinding { Name = input.Name, Data = RpcData.Write(arguments[index]) });
        }

        foreach (var (name, value) in binder.BindingData)
        {
            if (value is not null and not HttpContext && !name.Equals("sys", StringComparison.OrdinalIgnoreCase))
            {
                request.TriggerMetadata[name] = RpcData.Write(value);
            }
        }

        if (arguments[0] is HttpContext http)
        {
            foreach (var (name, value) in http.Request.RouteValues)
            {
                request.TriggerMetadata[name] = new TypedData { String = value?.ToString() ?? "" };
            }
        }

        return request;
    }
}
