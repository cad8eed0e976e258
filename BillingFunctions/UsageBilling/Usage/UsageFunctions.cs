using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.UsageBilling.Organizations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.UsageBilling.Usage;

/// <summary>What an organization has used, for whoever has a key, and by a signed link for its own people.</summary>
public sealed class UsageFunctions(OrganizationStore organizations, OrganizationUsage usage, UsageLinks links, TimeProvider time)
{
    private const int MaxBody = 4 * 1024;
    private const long MinValidity = 60;

    /// <summary>In seconds: 90 days.</summary>
    private const long MaxValidity = 90 * 24 * 3600;

    private const long DefaultValidity = 7 * 24 * 3600;

    [Function("GetUsageFunction")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/organizations/{id}/usage")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await organizations.FindAsync(id, cancellationToken) is null ? Problems.NotFound($"organization {id}") : await ShowAsync(request, id, usage => ApiJson.Ok(usage), cancellationToken);

    /// <summary>201: a link, and until when it is valid. The body may say <c>expires_in</c>, in seconds.</summary>
    [Function("CreateUsageLinkFunction")]
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

    /// <summary>Anonymous: the link is the key. It stands in the query, which no log shows. A browser gets a page, anybody else JSON.</summary>
    [Function("OpenUsageLinkFunction")]
    public async Task<IResult> OpenLinkAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage")] HttpRequest request, CancellationToken cancellationToken)
    {
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

    /// <param name="Url">The link.</param>
    /// <param name="ExpiresAt">Until when it opens.</param>
    private sealed record UsageLinkView(string Url, DateTimeOffset ExpiresAt);
}
