using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>Sends a value, not null, to where an output goes. It is not cancelled: the function has ended well and must not run again.</summary>
internal delegate Task OutputBinding(object value);

/// <summary>An output of a function as middlewares see it.</summary>
internal sealed class OutputMetadata(string name, string type) : BindingMetadata
{
    public override string Name => name;

    public override string Type => type;

    public override BindingDirection Direction => BindingDirection.Out;
}
