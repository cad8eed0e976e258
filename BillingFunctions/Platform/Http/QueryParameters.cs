using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>The query of a request.</summary>
internal static class QueryParameters
{
    /// <summary>A condition on a longer one would not fit into a request to storage.</summary>
    private const int MaxText = 255;

    /// <summary>What the Functions host reads: a key, and its name.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    /// <summary>Refuses what a function does not read: a parameter that is mistyped would not be used, in silence.</summary>
    public static void RefuseOthers(HttpRequest request, FieldErrors errors, params IReadOnlyCollection<string> known)
    {
        foreach (var other in request.Query.Keys.Where(name => !known.Concat(OfTheHost).Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add(other, $"There is no such parameter. Parameters: {string.Join(", ", known)}.");
        }
    }

    /// <summary>Reads a parameter that is a text of at most 255 characters, as ids are; without it, null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="errors">Gets what is wrong with it.</param>
    public static string? ReadText(HttpRequest request, string name, FieldErrors errors)
    {
        if (request.Query[name] is not [{ Length: > 0 } text])
        {
            return null;
        }

        if (text.Length <= MaxText)
        {
            return text;
        }

        errors.Add(name, $"The value must have at most {MaxText} characters.");
        return null;
    }

    /// <summary>Reads a parameter that is <c>true</c> or <c>false</c>; without it, false.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="errors">Gets what is wrong with it.</param>
    public static bool ReadFlag(HttpRequest request, string name, FieldErrors errors)
    {
        var isSet = false;
        if (request.Query[name] is { Count: > 0 } given && !(given is [{ } text] && bool.TryParse(text, out isSet)))
        {
            errors.Add(name, "The value must be true or false.");
        }

        return isSet;
    }

    /// <summary>Reads a parameter that is a time; without it, null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="errors">Gets what is wrong with it.</param>
    public static DateTimeOffset? ReadTime(HttpRequest request, string name, FieldErrors errors)
    {
        if (request.Query[name] is not [{ Length: > 0 } text])
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var moment))
        {
            return moment;
        }

        errors.Add(name, $"The value must be {Rfc3339.Allowed}.");
        return null;
    }

    /// <summary>Reads a parameter that names a value of an enumeration, as the API writes it; without it, null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="errors">Gets what is wrong with it.</param>
    public static TEnum? ReadName<TEnum>(HttpRequest request, string name, FieldErrors errors)
        where TEnum : struct, Enum
    {
        if (request.Query[name] is not { Count: > 0 } given || given is [null or ""])
        {
            return null;
        }

        // By name: a parser of enums would also take numbers, and make one of several.
        var names = Enum.GetValues<TEnum>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
        if (given is [{ } text] && names.TryGetValue(text, out var value))
        {
            return value;
        }

        errors.Add(name, $"The value must be one of {string.Join(", ", names.Keys)}.");
        return null;
    }
}
