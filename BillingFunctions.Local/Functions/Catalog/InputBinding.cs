using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>An input of a function as middlewares see it.</summary>
internal sealed class InputBinding(string name, string type) : BindingMetadata
{
    public override string Name => name;

    public override string Type => type;
}
