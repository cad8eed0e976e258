using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Functions that run on a schedule.</summary>
internal sealed class TimerTriggerKind : ITriggerKind
{
    public Type Attribute => typeof(TimerTriggerAttribute);

    public string BindingType => "timerTrigger";

    public ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger)
        => parameter.ParameterType == typeof(TimerInfo) && parameter.IsDefined(typeof(TimerTriggerAttribute))
            ? context => context.Features.Get<TimerInfo>()
            : null;
}
