using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Stripe;
using WebhookEndpoint = BillingFunctions.Simulators.Stripe.Webhooks.WebhookEndpoint;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A webhook endpoint that verifies what it gets and keeps it in the order it came.</summary>
internal sealed class WebhookReceiverFake : IAsyncDisposable
{
    public const string Secret = "whsec_receiver";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<Event> _received = new();

    private WebhookReceiverFake(WebApplication app) => _app = app;

    /// <summary>What was accepted, in the order it came.</summary>
    public IReadOnlyList<Event> Received => [.. _received];

    /// <summary>The bodies and signatures of everything that came.</summary>
    public ConcurrentQueue<(string Body, string Signature)> Raw { get; } = new();

    public WebhookEndpoint Endpoint => new(new Uri(_app.Urls.First() + "/hooks"), Secret);

    public static async Task<WebhookReceiverFake> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiverFake(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers the next requests with these statuses; 0 cuts the connection.</summary>
    public void Answer(params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            _answers.Enqueue(status);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var signature = http.Request.Headers["Stripe-Signature"].ToString();
        Raw.Enqueue((body, signature));
        http.Response.StatusCode = _answers.TryDequeue(out var status) ? status : 200;
        switch (http.Response.StatusCode)
        {
            case 0:
                http.Abort();
                break;
            case >= 200 and < 300:
                _received.Enqueue(EventUtility.ConstructEvent(body, signature, Secret, tolerance: long.MaxValue, throwOnApiVersionMismatch: false));
                break;
            case 302:
                http.Response.Headers.Location = "/elsewhere";
                break;
        }
    }
}
