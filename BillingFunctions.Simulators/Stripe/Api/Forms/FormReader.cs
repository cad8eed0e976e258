using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace BillingFunctions.Simulators.Stripe.Api.Forms;

/// <summary>Reads the parameters: the form of a POST, else the query.</summary>
internal static class FormReader
{
    public static async Task<IReadOnlyDictionary<string, StringValues>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            return QueryHelpers.ParseQuery(request.QueryString.Value);
        }

        using var reader = new StreamReader(request.Body);
        return QueryHelpers.ParseQuery(await reader.ReadToEndAsync(cancellationToken));
    }
}
