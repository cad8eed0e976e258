namespace Microsoft.Azure.Functions.Worker;

/// <summary>A parameter of a function's method.</summary>
public class FunctionParameter
{
    /// <summary>A parameter without a default value.</summary>
    /// <param name="name">The name in the code.</param>
    /// <param name="type">The declared type.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public FunctionParameter(string name, Type type)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(type);
        Name = name;
        Type = type;
    }

    /// <summary>The name in the code.</summary>
    public string Name { get; }

    /// <summary>The declared type.</summary>
    public Type Type { get; }
}
