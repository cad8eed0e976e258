using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>Activities: they take the input their orchestrator gave them, as whatever type they declare.</summary>
internal sealed class ActivityTriggerKind : ITriggerKind
{
    public Type Attribute => typeof(ActivityTriggerAttribute);

    public string BindingType => "activityTrigger";

    public ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger)
        => parameter.IsDefined(typeof(ActivityTriggerAttribute)) ? context => Input(context, parameter.ParameterType) : null;

    private static object? Input(FunctionContext context, Type type) => context.Features.Get<ActivityInput>()!.As(type);
}
