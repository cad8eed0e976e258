namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the host adds to an invocation, by type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Adds or replaces a feature.</summary>
    /// <typeparam name="T">The type to find it by.</typeparam>
    /// <param name="instance">The feature, not null.</param>
    void Set<T>(T instance);

    /// <summary>Finds a feature.</summary>
    /// <typeparam name="T">The type it was set by.</typeparam>
    /// <returns>The feature; the default of the type when there is none.</returns>
    T? Get<T>();
}
