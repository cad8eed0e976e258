using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Testing.Fakes;

/// <summary>Takes notices, and keeps them in the order they came.</summary>
internal sealed class NoticeReceiverFake : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, string Body)> _received = new();

    private NoticeReceiverFake(WebApplication app) => _app = app;

    /// <summary>What came, refused or not.</summary>
    public IReadOnlyList<(IReadOnlyDictionary<string, string> Headers, string Body)> Received => [.. _received];

    /// <summary>The status of its answers.</summary>
    public int Answer { get; set; } = 204;

    public string Url => _app.Urls.First() + "/notices";

    public static async Task<NoticeReceiverFake> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new NoticeReceiverFake(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        _received.Enqueue((http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync(http.RequestAborted)));
        http.Response.StatusCode = Answer;
        http.Response.Headers.Location = Answer == 302 ? "/elsewhere" : null;
    }
}
