using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.UsageBilling.Organizations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;

namespace BillingFunctions.UsageBilling.Usage;

/// <summary>What an organization has used, for whoever has a key, and by a signed link for its own people.</summary>
public sealed class UsageFunctions(OrganizationStore organizations, OrganizationUsage usage, UsageLinks links, TimeProvider time)
{
    private const int MaxBody = 4 * 1024;
    private const long MinValidity = 60;

    /// <summary>In seconds: 90 days.</summary>
    private const long MaxValidity = 90 * 24 * 3600;

    private const long DefaultValidity = 7 * 24 * 3600;

    /// <summary>Shows what an organization has used in a month, as it is at this moment.</summary>
    [Function("GetUsageFunction")]
    [QueryParameter<string>("period", "The month, `yyyy-MM`; the present one if it is not given.")]
    [ProducesResponseType<UsageView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/organizations/{id}/usage")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await organizations.FindAsync(id, cancellationToken) is null ? Problems.NotFound($"organization {id}") : await ShowAsync(request, id, usage => ApiJson.Ok(usage), cancellationToken);

    /// <summary>Makes a link by which the organization's own people see its usage without a key.</summary>
    [Function("CreateUsageLinkFunction")]
    [Consumes(typeof(UsageLinkBody), "application/json", IsOptional = true)]
    [ProducesResponseType<UsageLinkView>(StatusCodes.Status201Created)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> CreateLinkAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/organizations/{id}/usage_link")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var fields = BodyFields.Read(body.Length == 0 ? "{}"u8 : body, "usage_link");
        var validity = fields.Whole("expires_in", MinValidity, MaxValidity) ?? DefaultValidity;
        fields.RefuseOthers();
        if (fields.Errors.Any)
        {
            return Problems.Unprocessable(fields.Errors);
        }

        if (await organizations.FindAsync(id, cancellationToken) is null)
        {
            return Problems.NotFound($"organization {id}");
        }

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + validity);
        var token = await links.SignAsync(id, expiresAt, cancellationToken);
        return ApiJson.Ok(new UsageLinkView($"{request.Scheme}://{request.Host}/api/usage?token={token}", expiresAt), StatusCodes.Status201Created);
    }

    /// <summary>Opens a link to the usage of an organization.</summary>
    /// <remarks>A browser, which is one that accepts <c>text/html</c>, gets a page.</remarks>
    [Function("OpenUsageLinkFunction")]
    [SecuredBy("usage_link", ParameterLocation.Query, "token", "What a link of `POST /api/organizations/{id}/usage_link` has in its query.")]
    [QueryParameter<string>("period", "The month, `yyyy-MM`; the present one if it is not given.")]
    [ProducesResponseType<UsageView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden)]
    public async Task<IResult> OpenLinkAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage")] HttpRequest request, CancellationToken cancellationToken)
    {
        // The link is the key. It stands in the query, which no log shows.
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return request.Query["token"] is [{ } token] && await links.ReadAsync(token, time.GetUtcNow(), cancellationToken) is { } id && await organizations.FindAsync(id, cancellationToken) is { } organization
            ? await ShowAsync(request, id, usage => IsBrowser(request) ? Page(request, organization.Read<Organization>(), usage) : ApiJson.Ok(usage), cancellationToken)
            : Problems.Problem(StatusCodes.Status403Forbidden, "link", "This link does not open", "It has expired, or is not complete. Ask for a new one.");
    }

    private static bool IsBrowser(HttpRequest request) => request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html");

    private static IResult Page(HttpRequest request, Organization organization, UsageView usage)
    {
        var headers = request.HttpContext.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (UsagePage.ContentSecurityPolicy, "nosniff", "no-referrer");
        return Results.Content(UsagePage.Of(organization.Name, usage), "text/html; charset=utf-8");
    }

    private async Task<IResult> ShowAsync(HttpRequest request, string id, Func<UsageView, IResult> show, CancellationToken cancellationToken)
    {
        var period = request.Query["period"] is [{ Length: > 0 } given] ? given : BillingMonth.From(time.GetUtcNow()).ToString();
        return BillingMonth.TryParse(period, out var month)
            ? show(await usage.OfAsync(id, month.ToString(), cancellationToken))
            : Problems.Invalid("period", $"The value must be {BillingMonth.Allowed}.");
    }

    /// <summary>How long a link is to open.</summary>
    /// <param name="ExpiresIn">For how long it opens, in seconds, from 60 to 7,776,000 (90 days); a week if it is not given.</param>
    internal sealed record UsageLinkBody(long? ExpiresIn = null);

    /// <summary>A link to the usage of an organization.</summary>
    /// <param name="Url">The link.</param>
    /// <param name="ExpiresAt">Until when it opens.</param>
    public sealed record UsageLinkView(string Url, DateTimeOffset ExpiresAt);
}
