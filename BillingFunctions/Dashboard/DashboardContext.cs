using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Dashboard;

/// <summary>What a page or fragment knows of the request that it answers.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, as ASP.NET Core decodes it.</param>
/// <param name="Query">The query.</param>
/// <param name="IsReader">Whether the caller may only look: then nothing is shown that changes something.</param>
public sealed record DashboardContext(string Method, string Path, IQueryCollection Query, bool IsReader)
{
    internal static DashboardContext From(HttpRequest request) => new(request.Method, request.Path, request.Query, Caller.IsReader(request));

    /// <summary>A parameter of the query, without the blanks around it that come with what is pasted; empty when it is not given.</summary>
    public string this[string name] => Query[name] is [{ } value] ? value.Trim() : "";

    /// <summary>The same address with a parameter of the query changed.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="value">Its new value; null to leave it out.</param>
    public string With(string name, string? value)
    {
        var query = Query.Where(parameter => parameter.Key != name);
        return new PathString(Path).ToUriComponent() + QueryString.Create(value is null ? query : query.Append(new(name, value)));
    }

    /// <summary>The query with some of its parameters only, those that say something.</summary>
    /// <param name="names">The parameters to keep.</param>
    public QueryString Only(params string[] names) => QueryString.Create(names.Where(name => this[name].Length > 0).Select(name => KeyValuePair.Create(name, (string?)this[name])));
}
