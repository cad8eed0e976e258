using BillingFunctions.Platform.Http;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>A parameter of the query.</summary>
/// <typeparam name="T">What it is read as.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="description">What it says, its default, and what is allowed if the type does not tell.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class QueryParameterAttribute<T>(string name, string description) : Attribute, IQueryParameter
{
    public string Name => name;

    public string Description => description;

    public Type Type => typeof(T);

    public bool IsRequired { get; init; }
}

/// <summary>A <see cref="QueryParameterAttribute{T}"/> of whatever type.</summary>
internal interface IQueryParameter
{
    string Name { get; }

    string Description { get; }

    Type Type { get; }

    bool IsRequired { get; }
}

/// <summary>The function runs under <see cref="IdempotentRequests"/>: it reads <c>Idempotency-Key</c>, and answers 409 and 422 because of it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IdempotentAttribute : Attribute;

/// <summary>What an anonymous function demands instead of a function key.</summary>
/// <param name="scheme">The name of the security scheme in the document.</param>
/// <param name="location">Where it stands.</param>
/// <param name="name">The name of the header or parameter.</param>
/// <param name="description">How it is made.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SecuredByAttribute(string scheme, ParameterLocation location, string name, string description) : Attribute
{
    public string Scheme => scheme;

    public ParameterLocation Location => location;

    public string Name => name;

    public string Description => description;
}

/// <summary>
/// The function is another under a former or second name, such as that of an older version. Such a name has no path of its own in the document: the description of the other one names it.
/// </summary>
/// <param name="method">The method of the same class.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AliasOfAttribute(string method) : Attribute
{
    public string Method => method;
}
