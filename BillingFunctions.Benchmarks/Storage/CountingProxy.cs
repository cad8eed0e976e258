using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Benchmarks.Storage;

/// <summary>Stands before a storage service and counts what is asked of it.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Transfer-Encoding", "Connection", "Keep-Alive"];

    private readonly HttpClient _service;
    private readonly WebApplication _proxy;
    private int _calls;

    private CountingProxy(Uri service)
    {
        _service = new HttpClient { BaseAddress = service };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _proxy = builder.Build();
        _proxy.Run(ForwardAsync);
    }

    public int Calls => Volatile.Read(ref _calls);

    public Uri Address => new(_proxy.Urls.Single());

    public static async Task<CountingProxy> StartAsync(Uri service)
    {
        var proxy = new CountingProxy(service);
        await proxy._proxy.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _service.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        // As it was sent: it is signed.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target)
        {
            Content = context.Request.ContentLength > 0 ? new StreamContent(context.Request.Body) : null,
        };
        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var response = await _service.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body);
    }
}
