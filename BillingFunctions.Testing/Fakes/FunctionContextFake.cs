using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A call of a function, as middleware sees it.</summary>
/// <param name="entryPoint">The full name of the function's method.</param>
/// <param name="trigger">The type of its trigger's binding.</param>
/// <param name="traceParent">The trace context that the host hands over.</param>
/// <param name="message">The queue message.</param>
internal sealed class FunctionContextFake(string entryPoint, string trigger, string traceParent = "", string? message = null) : FunctionContext
{
    public override string InvocationId => "1";

    public override string FunctionId => "1";

    public override TraceContext TraceContext { get; } = new Trace(traceParent);

    public override BindingContext BindingContext { get; } = new Bindings(message);

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = null!;

    public override FunctionDefinition FunctionDefinition { get; } = new Definition(entryPoint, trigger);

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => throw new NotSupportedException();

    private sealed class Bindings(string? message) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = new Dictionary<string, object?> { ["QueueTrigger"] = message };
    }

    private sealed class Trace(string parent) : TraceContext
    {
        public override string TraceParent => parent;

        public override string TraceState => "";
    }

    private sealed class Definition(string entryPoint, string trigger) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters => [];

        public override string PathToAssembly => "";

        public override string EntryPoint => entryPoint;

        public override string Id => "1";

        public override string Name => entryPoint.Split('.')[^2];

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty.Add("input", new Binding(trigger));

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    private sealed class Binding(string type) : BindingMetadata
    {
        public override string Name => "input";

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}
