using System.Reflection;
using BillingFunctions.Local.DurableTask;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>The client that starts and asks for orchestrations, as a parameter of any function.</summary>
internal sealed class DurableClientInput : IInputKind
{
    public string? BindingType => "durableClient";

    public ParameterBinding? Bind(ParameterInfo parameter)
        => parameter.ParameterType == typeof(DurableTaskClient) && parameter.IsDefined(typeof(DurableClientAttribute))
            ? context => context.InstanceServices.GetRequiredService<DurableEngine>().Client
            : null;
}
