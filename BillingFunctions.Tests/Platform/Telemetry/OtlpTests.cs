using System.Collections.Concurrent;
using System.Text;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.Platform.Telemetry;

/// <summary>What a collector gets from the running app.</summary>
public sealed class OtlpTests(AzuriteFixture azurite)
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Webhook_ThatIsApplied_IsOneTraceAndIsMeasured()
    {
        await using var collector = new Collector();
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await BillingApp.StartAsync(
            azurite.NewAccount(),
            stripe,
            ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", await collector.StartAsync()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"));
        using var request = WebhookRequestBuilder.Signed(StripeEventBuilder.Json("evt_1", "customer.created", content: new { id = "cus_1", @object = "customer", name = "Ada" }));
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);

        await Poll.UntilAsync(() => Task.FromResult(collector), got =>
            got.Has("/v1/metrics", "billing.webhooks.received") && got.Has("/v1/metrics", "billing.webhooks.applied") && got.TracesOf(Trace).Any(spans => spans.Contains("ApplyStripeEventsFunction", StringComparison.Ordinal)));

        Assert.Contains(collector.TracesOf(Trace), spans => spans.Contains("StripeWebhookFunction", StringComparison.Ordinal));
    }

    /// <summary>Keeps what is sent to it. The texts of a protobuf message stand in its bytes as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
        private WebApplication? _app;

        public async Task<string> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(ReceiveAsync);
            await _app.StartAsync(TestContext.Current.CancellationToken);
            return _app.Urls.First();
        }

        public bool Has(string path, string text) => _received.Any(one => one.Path == path && Encoding.Latin1.GetString(one.Body).Contains(text, StringComparison.Ordinal));

        /// <summary>The messages with spans of a trace.</summary>
        public IEnumerable<string> TracesOf(string traceId)
        {
            var id = Encoding.Latin1.GetString(Convert.FromHexString(traceId));
            return _received.Where(one => one.Path == "/v1/traces").Select(one => Encoding.Latin1.GetString(one.Body)).Where(body => body.Contains(id, StringComparison.Ordinal));
        }

        public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

        private async Task ReceiveAsync(HttpContext http)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            _received.Enqueue((http.Request.Path.Value!, body.ToArray()));
        }
    }
}
