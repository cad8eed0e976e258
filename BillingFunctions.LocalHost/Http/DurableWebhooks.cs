using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host.Config;

namespace BillingFunctions.LocalHost.Http;

#pragma warning disable CS0618 // "Not ready for public consumption", yet what the Durable extension asks for

/// <summary>The durable management endpoints, which the Durable extension answers itself.</summary>
internal sealed class DurableWebhooks(Uri root, FunctionKey key) : IWebHookProvider
{
    private const string Path = "runtime/webhooks/durabletask";

    public Uri GetUrl(IExtensionConfigProvider extension) => key.Sign(new Uri(root, Path));

    public static void Map(WebApplication app, FunctionKey key)
    {
        var extension = (IAsyncConverter<HttpRequestMessage, HttpResponseMessage>)app.Services.GetServices<IExtensionConfigProvider>()
            .OfType<DurableTaskExtension>().Single();
        app.Map($"/{Path}/{{**rest}}", async (HttpContext http) =>
        {
            if (!key.IsIn(http.Request))
            {
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            using var request = Request(http.Request);
            using var response = await extension.ConvertAsync(request, http.RequestAborted);
            await WriteAsync(response, http);
        });
    }

    private static HttpRequestMessage Request(HttpRequest http)
    {
        var request = new HttpRequestMessage(new HttpMethod(http.Method), http.GetEncodedUrl()) { Content = new StreamContent(http.Body) };
        foreach (var (name, value) in http.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        return request;
    }

    private static async Task WriteAsync(HttpResponseMessage response, HttpContext http)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers))
        {
            http.Response.Headers[name] = value.ToArray();
        }

        await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
