using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Dashboard;

/// <summary>Renders components, and answers with what comes of it.</summary>
public sealed class HtmlPages(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>Nothing from elsewhere, and nothing inline. Images as data are those of the style sheet.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Answers with a component, for one reader and one moment: nothing on the way keeps it.</summary>
    public async Task<IResult> ShowAsync(HttpRequest request, Type component, IDictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(Root.Context)] = DashboardContext.From(request),
                [nameof(Root.Component)] = component,
                [nameof(Root.Parameters)] = parameters,
            });
            return (await renderer.RenderComponentAsync<Root>(root)).ToHtmlString();
        });
        return Results.Content(html, ContentType, statusCode: status);
    }
}
