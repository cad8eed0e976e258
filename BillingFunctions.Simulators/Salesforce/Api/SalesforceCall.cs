using System.Text.Json;
using BillingFunctions.Simulators.Calls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>One call as a handler sees it.</summary>
/// <param name="Version">The version in the address, such as <c>v60.0</c>.</param>
/// <param name="UserId">The user that the session belongs to.</param>
/// <param name="Recorded">The call in the log.</param>
internal sealed record SalesforceCall(HttpRequest Request, string Version, string UserId, RecordedCall Recorded, string Body)
{
    /// <summary>A value in the address; empty when the address has none of this name.</summary>
    public string Route(string name) => Request.RouteValues.TryGetValue(name, out var value) ? (string?)value ?? "" : "";

    /// <summary>The last part of the address, in which ASP.NET would leave an escaped slash as it is.</summary>
    public string LastSegment()
    {
        var target = Request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return Uri.UnescapeDataString(target.Split('?')[0].Split('/')[^1]);
    }

    /// <summary>A parameter of the query; null when it is not given.</summary>
    public string? Query(string name) => QueryHelpers.ParseQuery(Request.QueryString.Value).TryGetValue(name, out var value) ? value.ToString() : null;

    /// <exception cref="SalesforceRefusalException">The body is not a JSON object.</exception>
    public JsonElement Json()
    {
        if (!Request.HasJsonContentType())
        {
            throw new SalesforceRefusalException(SalesforceProblem.NotJson);
        }

        try
        {
            var body = JsonElement.Parse(Body);
            return body.ValueKind == JsonValueKind.Object
                ? body
                : throw new SalesforceRefusalException(SalesforceProblem.UnreadableBody("The body has to be a JSON object."));
        }
        catch (JsonException exception)
        {
            throw new SalesforceRefusalException(SalesforceProblem.UnreadableBody(exception.Message));
        }
    }
}
