using System.Collections;
using System.Reflection;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Functions that run for a message: they take it as text, as bytes or as what its JSON says.</summary>
internal sealed class QueueTriggerKind : ITriggerKind
{
    public Type Attribute => typeof(QueueTriggerAttribute);

    public string BindingType => "queueTrigger";

    public ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger)
    {
        var type = parameter.ParameterType;
        return parameter.IsDefined(typeof(QueueTriggerAttribute)) && CanBe(type) ? Binding(type) : null;
    }

    private static ParameterBinding Binding(Type type)
    {
        if (type == typeof(string))
        {
            return context => Payload(context).Body.ToString();
        }

        if (type == typeof(byte[]))
        {
            return context => Payload(context).Body.ToArray();
        }

        return type == typeof(BinaryData) ? context => Payload(context).Body : context => Payload(context).As(type, context);
    }

    // The app knows messages as its own records: the vendor's type is there in one edition's host only.
    private static bool CanBe(Type type) =>
        type != typeof(QueueMessage) && (!type.IsAbstract || type.IsAssignableTo(typeof(IEnumerable))) && !type.IsByRef;

    private static QueuePayload Payload(FunctionContext context) => context.Features.Get<QueuePayload>()!;
}
