using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Testing.Faults;

/// <summary>Stands before an HTTP service: counts what is asked of it, and spoils some of it, before the service has done it and after.</summary>
internal sealed class HttpProxy : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;

    private static readonly string[] OfTheConnection = ["Transfer-Encoding", "Connection", "Keep-Alive"];
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Func<Uri> _service;
    private readonly Chaos? _chaos;
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, int> _callsByMethod = new(StringComparer.Ordinal);
    private long _bytes;

    private HttpProxy(Func<Uri> service, Chaos? chaos)
    {
        (_service, _chaos) = (service, chaos);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _server = builder.Build();
        _server.Run(ServeAsync);
    }

    /// <summary>How many calls have arrived here.</summary>
    public int Calls => _callsByMethod.Values.Sum();

    /// <summary>How many of them had a method, such as <c>POST</c>.</summary>
    public int CallsBy(string method) => _callsByMethod.GetValueOrDefault(method);

    /// <summary>The bytes of all bodies, of requests and of answers; of a request what its <c>Content-Length</c> says.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public Uri Address => new(_server.Urls.Single());

    /// <summary>The address as connection strings and settings have it, without a slash at its end.</summary>
    public string BaseUrl => _server.Urls.Single().TrimEnd('/');

    /// <param name="service">Where the service is, asked for at each call, since it may have been started again elsewhere.</param>
    /// <param name="chaos">What goes wrong; null for nothing.</param>
    public static async Task<HttpProxy> StartAsync(Func<Uri> service, Chaos? chaos = null)
    {
        var proxy = new HttpProxy(service, chaos);
        await proxy._server.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Add(ref _bytes, context.Request.ContentLength ?? 0);
        _callsByMethod.AddOrUpdate(context.Request.Method, 1, (_, count) => count + 1);
        try
        {
            using var response = await AnswerAsync(context);
            await CopyAsync(response, context);
        }
        catch (Exception gone) when (gone is ConnectionCutException or HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpContext context)
    {
        if (_chaos is null)
        {
            return await ForwardAsync(context);
        }

        if (_chaos.IsOut)
        {
            throw new ConnectionCutException();
        }

        var before = await _chaos.Pipeline.ExecuteAsync(async _ => await ForwardAsync(context), context.RequestAborted);
        HttpResponseMessage? after = null;
        try
        {
            return after = await _chaos.Pipeline.ExecuteAsync(_ => ValueTask.FromResult(before), context.RequestAborted);
        }
        finally
        {
            if (after != before)
            {
                before.Dispose();
            }
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context)
    {
        // An empty body may have a type, which is signed.
        var hasBody = context.Request.ContentLength is not null || context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;

        // The target as it was sent: calls to storage are signed.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri($"{_service().GetLeftPart(UriPartial.Authority)}{target}", AsItIs))
        {
            Content = hasBody ? new StreamContent(context.Request.Body) : null,
        };
        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key != "Host" && !OfTheConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
    }

    private async Task CopyAsync(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        using var piece = MemoryPool<byte>.Shared.Rent(PieceBytes);
        while (await body.ReadAsync(piece.Memory, context.RequestAborted) is > 0 and var read)
        {
            Interlocked.Add(ref _bytes, read);
            await context.Response.Body.WriteAsync(piece.Memory[..read], context.RequestAborted);
        }
    }
}
