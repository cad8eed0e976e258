using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Dashboard.Downloads;

/// <summary><c>GET /api/download_links</c>: a link to a file that can be followed without a key.</summary>
public sealed class GetDownloadLinkFunction(DownloadLinks links)
{
    private const string ApiPrefix = "api/";

    private static readonly IReadOnlyList<string> Routes =
        [.. HttpFunction.All.Select(function => function.Route).Where(route => route.StartsWith(DownloadLinks.RoutePrefix, StringComparison.Ordinal)).Select(route => ApiPrefix + route[DownloadLinks.RoutePrefix.Length..])];

    private static readonly IReadOnlyList<TemplateMatcher> Matchers = [.. Routes.Select(route => new TemplateMatcher(TemplateParser.Parse(route), []))];

    /// <summary>Signs a link to a file, for five minutes.</summary>
    /// <remarks>For browsers, which send no function key when they follow a link.</remarks>
    [Function(nameof(GetDownloadLinkFunction))]
    [QueryParameter<string>("path", "Path and query of a file of this API, such as /api/exports/{id}/file.", IsRequired = true)]
    [ProducesResponseType<DownloadLink>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/download_links")] HttpRequest request, CancellationToken cancellationToken)
    {
        var target = request.Query["path"] is [{ } text] ? text : "";
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[mark..]);
        if (!path.StartsWith('/') || !Matchers.Any(matcher => matcher.TryMatch(path, [])))
        {
            return Problems.Invalid("path", $"The value must be the path of one of these, with its query: {string.Join(", ", Routes.Select(route => $"/{route}"))}.");
        }

        return ApiJson.Ok(await links.SignAsync(path, new QueryCollection(QueryHelpers.ParseQuery(query)), cancellationToken));
    }
}
