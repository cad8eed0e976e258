using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Dashboard.Assets;

/// <summary><c>GET /dashboard/assets/{file}</c>: a style sheet or script of the dashboard.</summary>
public sealed class DashboardAssetFunction
{
    [Function(nameof(DashboardAssetFunction))]
    [ExcludeFromDescription]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DashboardAssets.Route + "/{file}")] HttpRequest request, string file)
    {
        if (DashboardAssets.Find(file) is not { } asset)
        {
            return Problems.NotFound($"asset {file}");
        }

        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(asset.Content, asset.ContentType);
    }
}
