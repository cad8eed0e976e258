namespace BillingFunctions.LocalHost.Triggers;

/// <summary>Runs a function with the values that the WebJobs SDK has bound to its parameters.</summary>
public delegate Task<object?> FunctionBody(string function, object?[] arguments);

/// <summary>What <see cref="FunctionTypes"/> derives the class of all functions from; public, since the derived class is in another assembly.</summary>
public abstract class FunctionClass(FunctionBody body)
{
    /// <summary>Runs the function of this name.</summary>
    protected Task<object?> RunAsync(string function, object?[] arguments) => body(function, arguments);
}
