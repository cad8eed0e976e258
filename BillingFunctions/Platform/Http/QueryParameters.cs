using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>The query of a request.</summary>
internal static class QueryParameters
{
    /// <summary>What the Functions host reads: a key, and its name.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    /// <summary>Refuses what a function does not read: a parameter that is mistyped would not be used, in silence.</summary>
    public static void RefuseOthers(HttpRequest request, FieldErrors errors, params IReadOnlyCollection<string> known)
    {
        foreach (var other in request.Query.Keys.Where(name => !known.Concat(OfTheHost).Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add(other, $"There is no such parameter. Allowed: {string.Join(", ", known)}.");
        }
    }
}
