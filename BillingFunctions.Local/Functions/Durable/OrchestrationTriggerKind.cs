using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.Functions;

/// <summary>Orchestrators: they take their orchestration's context and read the input from it.</summary>
internal sealed class OrchestrationTriggerKind : ITriggerKind
{
    public Type Attribute => typeof(OrchestrationTriggerAttribute);

    public string BindingType => "orchestrationTrigger";

    public ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger)
        => parameter.ParameterType == typeof(TaskOrchestrationContext)
            ? context => context.Features.Get<TaskOrchestrationContext>()
            : null;
}
