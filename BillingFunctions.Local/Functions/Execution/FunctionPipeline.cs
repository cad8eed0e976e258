using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Local.Functions;

/// <summary>The middlewares of the app, the first one outermost.</summary>
internal sealed class FunctionPipeline
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middlewares = [];

    /// <summary>Whether the app asked for ASP.NET Core; HTTP functions need it.</summary>
    public bool AspNetCore { get; set; }

    public void Add(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => _middlewares.Add(middleware);

    public FunctionExecutionDelegate Build(FunctionExecutionDelegate execute)
        => _middlewares.AsEnumerable().Reverse().Aggregate(execute, (next, middleware) => middleware(next));
}
