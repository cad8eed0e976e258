using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>One invocation of a function by this host.</summary>
internal sealed class Invocation : FunctionContext
{
    /// <summary>Where <see cref="Items"/> keeps the request of an HTTP function.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    public Invocation(FunctionDescriptor function, IServiceProvider services, CancellationToken cancellationToken)
    {
        Function = function;
        InstanceServices = services;
        CancellationToken = cancellationToken;
        Features.Set<InvocationResult>(new Result());
    }

    public FunctionDescriptor Function { get; }

    /// <summary>What the trigger tells. It is worked out when somebody asks, for hardly anybody does.</summary>
    public Func<IReadOnlyDictionary<string, object?>> BindingData { get; init; } = () => ImmutableDictionary<string, object?>.Empty;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override BindingContext BindingContext => field ??= new Binding(BindingData());

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    private sealed class Result : InvocationResult
    {
        public override object? Value { get; set; }
    }

    private sealed class Binding(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }
}
