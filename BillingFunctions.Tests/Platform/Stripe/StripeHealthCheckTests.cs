using System.Net;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Stripe;

public sealed class StripeHealthCheckTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Answers _answers = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_WithinAMinute_AsksStripeOnce()
    {
        using var check = Check();

        var first = await check.CheckHealthAsync(new HealthCheckContext(), Token);
        _time.Advance(TimeSpan.FromSeconds(59));
        var second = await check.CheckHealthAsync(new HealthCheckContext(), Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        var third = await check.CheckHealthAsync(new HealthCheckContext(), Token);

        Assert.Equal(2, _answers.Calls);
        Assert.Equal(first.Data["checked_at"], second.Data["checked_at"]);
        Assert.Equal(_time.GetUtcNow(), third.Data["checked_at"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Check_AnyAnswer_IsHealthy(HttpStatusCode status)
    {
        _answers.Answer = _ => Task.FromResult(new HttpResponseMessage(status));
        using var check = Check();

        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
    }

    [Fact]
    public async Task Check_NoAnswer_IsDegraded()
    {
        _answers.Answer = _ => throw new HttpRequestException("no route");
        using var check = Check();

        Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
    }

    [Fact]
    public async Task Check_NoAnswerInThreeSeconds_IsDegraded()
    {
        var time = new ClockFake(_time.GetUtcNow()) { SkippedDelays = TimeSpan.FromSeconds(4) };
        _answers.Answer = async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        };
        using var check = Check(time);

        Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
    }

    public void Dispose() => _answers.Dispose();

    private StripeHealthCheck Check(TimeProvider? time = null) => new(new Clients(_answers), Options.Create(new StripeOptions { ApiBase = "http://stripe.test" }), time ?? _time);

    private sealed class Clients(HttpMessageHandler handler) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(handler, disposeHandler: false);
    }

    private sealed class Answers : HttpMessageHandler
    {
        public int Calls { get; private set; }

        public Func<CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = _ => Task.FromResult(new HttpResponseMessage());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            return Answer(cancellationToken);
        }
    }
}
