using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace BillingFunctions.LocalHost.Http;

/// <summary>Forwards a request to the worker's own web server, as the real host does.</summary>
internal sealed class HttpForwarding(IHttpForwarder forwarder) : IDisposable
{
    /// <summary>By this header the worker finds the invocation that a request belongs to.</summary>
    private const string InvocationHeader = "x-ms-invocation-id";

    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    public async Task SendAsync(HttpContext http, string destination, string invocationId)
    {
        http.Request.Headers[InvocationHeader] = invocationId;
        await forwarder.SendAsync(http, destination, _http, Config, HttpTransformer.Default);
    }

    public void Dispose() => _http.Dispose();
}
