using Azure.Data.Tables;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Customers;

/// <summary>What customers are looked for by.</summary>
/// <param name="Email">The whole address, at a system or in an upload, as it was written or in lower case; null for any.</param>
/// <param name="Name">How the name begins, as it was written; null for any.</param>
internal sealed record CustomerSearch(string? Email, string? Name)
{
    /// <summary>How long one request may go on looking. A table of 100,000 customers takes a few seconds.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    /// <summary>Behind every text that begins with the one before it.</summary>
    private const string Last = "\uFFFD";

    /// <summary>The condition in OData.</summary>
    public string Filter => string.Join(" and ", Conditions());

    /// <summary>Reads <c>?email=</c> and <c>?name=</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="errors">Gets what is wrong with them.</param>
    /// <returns>Null when neither is given.</returns>
    public static CustomerSearch? From(HttpRequest request, FieldErrors errors)
    {
        var search = new CustomerSearch(QueryParameters.ReadText(request, "email", errors), QueryParameters.ReadText(request, "name", errors));
        return search is { Email: null, Name: null } ? null : search;
    }

    private IEnumerable<string> Conditions()
    {
        if (Email is not null)
        {
            var lower = Email.ToLowerInvariant();
            yield return TableClient.CreateQueryFilter($"(Email eq {Email} or Email eq {lower} or UploadedEmail eq {Email} or UploadedEmail eq {lower})");
        }

        if (Name is not null)
        {
            yield return TableClient.CreateQueryFilter($"(Name ge {Name} and Name lt {Name + Last})");
        }

        yield return "MergedInto eq ''";
    }
}
