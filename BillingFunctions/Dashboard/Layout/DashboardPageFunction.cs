using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Dashboard.Layout;

/// <summary><c>GET /dashboard/{page}</c>: a page without data, which it loads from the API with the key that its user has.</summary>
public sealed class DashboardPageFunction(HtmlPages pages)
{
    [Function(nameof(DashboardPageFunction))]
    [ExcludeFromDescription]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dashboard/{page?}")] HttpRequest request, string? page) =>
        DashboardPages.Find(page) is { } found
            ? await pages.ShowAsync(request, typeof(DashboardLayout), new Dictionary<string, object?> { [nameof(DashboardLayout.Page)] = found })
            : Problems.NotFound($"page {page}");
}
