using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;

namespace BillingFunctions.LocalHost.Http;

/// <summary>Answers the routes of the HTTP functions. As with the real host a method that none takes is 404.</summary>
internal static class HttpFunctions
{
    public static void MapHttpFunctions(this WebApplication app, IEnumerable<HttpRoute> routes, FunctionKey key)
    {
        var jobs = app.Services.GetRequiredService<IJobHost>();
        foreach (var template in routes.GroupBy(route => route.Template, StringComparer.OrdinalIgnoreCase))
        {
            HttpRoute[] candidates = [.. template];
            app.Map(template.Key, async (HttpContext http) =>
            {
                var route = Array.Find(candidates, candidate => candidate.Takes(http.Request.Method));
                if (route is null)
                {
                    http.Response.StatusCode = StatusCodes.Status404NotFound;
                }
                else if (route.NeedsKey && !key.IsIn(http.Request))
                {
                    http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                }
                else
                {
                    await CallAsync(jobs, route, http);
                }
            });
        }
    }

    private static async Task CallAsync(IJobHost jobs, HttpRoute route, HttpContext http)
    {
        try
        {
            await jobs.CallAsync(route.Function, new Dictionary<string, object> { [route.Parameter] = http }, http.RequestAborted);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception exception) when (exception is FunctionInvocationException or FunctionTimeoutException or OperationCanceledException)
        {
            // The SDK has logged it.
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }
}
