using System.Net;
using BillingFunctions.Tests.Fakes;
using Stripe;
using static BillingFunctions.Tests.Local.ScriptedHandler;

namespace BillingFunctions.Tests.Local;

public sealed class StripeRetryTests
{
    private static readonly Func<HttpResponseMessage> Ok = Answer(HttpStatusCode.OK, """{"id":"cus_1","object":"customer"}""");
    private readonly ImpatientTimeProvider _time = new();

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task GetAsync_ServerErrorOrConflict_TriesThreeTimes(HttpStatusCode status)
    {
        var handler = new ScriptedHandler(Answer(status, """{"error":{"type":"api_error","message":"no"}}"""));

        var thrown = await Assert.ThrowsAsync<StripeException>(() => GetAsync(handler));

        Assert.Equal(status, thrown.HttpStatusCode);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task GetAsync_RateLimited_IsNotRetried()
    {
        var handler = new ScriptedHandler(
            Answer(HttpStatusCode.TooManyRequests, """{"error":{"code":"rate_limit"}}""", ("Stripe-Rate-Limited-Reason", "endpoint-rate")), Ok);

        var thrown = await Assert.ThrowsAsync<StripeException>(() => GetAsync(handler));

        Assert.Single(handler.Requests);
        Assert.Equal("rate_limit", thrown.StripeError?.Code);
        Assert.Equal("endpoint-rate", thrown.StripeResponse?.Headers?.GetValues("Stripe-Rate-Limited-Reason").Single());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "true", 2)]
    [InlineData(HttpStatusCode.InternalServerError, "false", 1)]
    [InlineData(HttpStatusCode.InternalServerError, "perhaps", 2)]
    public async Task GetAsync_ShouldRetryHeader_Decides(HttpStatusCode status, string advice, int tries)
    {
        var handler = new ScriptedHandler(Answer(status, """{"error":{}}""", ("Stripe-Should-Retry", advice)), Ok);

        await Record.ExceptionAsync(() => GetAsync(handler));

        Assert.Equal(tries, handler.Requests.Count);
    }

    [Fact]
    public async Task GetAsync_ConnectionFailsThenWorks_Answers()
    {
        var handler = new ScriptedHandler(Throw(new HttpRequestException("reset")), Throw(new TaskCanceledException("timeout")), Ok);

        var customer = await GetAsync(handler);

        Assert.Equal("cus_1", customer.Id);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task GetAsync_ConnectionKeepsFailing_ThrowsTheLastAsItIs()
    {
        var last = new HttpRequestException("third");
        var handler = new ScriptedHandler(Throw(new HttpRequestException("first")), Throw(new HttpRequestException("second")), Throw(last));

        Assert.Same(last, await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(handler)));
    }

    [Fact]
    public async Task GetAsync_HandlerThrowsItsOwn_PassesThroughUnretried()
    {
        var own = new InvalidOperationException("no permit");
        var handler = new ScriptedHandler(Throw(own), Ok);

        Assert.Same(own, await Assert.ThrowsAsync<InvalidOperationException>(() => GetAsync(handler)));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task GetAsync_TokenCancelled_IsNotRetried()
    {
        using var source = new CancellationTokenSource();
        var handler = new ScriptedHandler(() =>
        {
            source.Cancel();
            throw new TaskCanceledException("cancelled", null, source.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(handler, _time).V1.Customers.GetAsync("cus_1", cancellationToken: source.Token));

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task GetAsync_CancelledDuringThePause_StopsAtOnce()
    {
        using var source = new CancellationTokenSource();
        var handler = new ScriptedHandler(Answer(HttpStatusCode.InternalServerError));
        var call = Client(handler, new ManualTimeProvider()).V1.Customers.GetAsync("cus_1", cancellationToken: source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task GetAsync_ManyRetries_PausesGrowFromHalfASecondToFive()
    {
        var handler = new ScriptedHandler(Answer(HttpStatusCode.InternalServerError, """{"error":{}}"""));

        await Assert.ThrowsAsync<StripeException>(() => Client(handler, _time, retries: 8).V1.Customers.GetAsync("cus_1", cancellationToken: default));

        double[] longest = [0.5, 1, 2, 4, 5, 5, 5, 5];
        Assert.Equal(longest.Length, _time.Delays.Count);
        Assert.All(_time.Delays.Zip(longest), pause => Assert.InRange(pause.First.TotalSeconds, Math.Max(0.5, pause.Second * 0.75), pause.Second));
    }

    [Fact]
    public async Task CreateAsync_WithoutKey_SendsTheSameRandomKeyOnEachTryAndAnotherNextTime()
    {
        var handler = new ScriptedHandler(Answer(HttpStatusCode.InternalServerError), Ok);
        var customers = Client(handler, _time).V1.Customers;

        await customers.CreateAsync(new CustomerCreateOptions { Name = "A" });
        await customers.CreateAsync(new CustomerCreateOptions { Name = "A" });

        var keys = handler.Requests.ConvertAll(request => request.Headers["Idempotency-Key"]);
        Assert.True(Guid.TryParse(keys[0], out _));
        Assert.Equal(keys[0], keys[1]);
        Assert.NotEqual(keys[1], keys[2]);
        Assert.All(handler.Requests, request => Assert.Equal("name=A", request.Body));
    }

    [Fact]
    public async Task CreateAsync_WithKey_SendsIt()
    {
        var handler = new ScriptedHandler(Ok);

        await Client(handler, _time).V1.Customers.CreateAsync(new CustomerCreateOptions(), new RequestOptions { IdempotencyKey = "mine" });
        await Client(handler, _time).V1.Customers.DeleteAsync("cus_1");

        Assert.Equal("mine", handler.Requests[0].Headers["Idempotency-Key"]);
        Assert.False(handler.Requests[1].Headers.ContainsKey("Idempotency-Key"));
    }

    private static StripeClient Client(HttpMessageHandler handler, TimeProvider time, int retries = 2)
        => new("sk_test_1", httpClient: new SystemNetHttpClient(new HttpClient(handler), retries) { Time = time });

    private Task<Customer> GetAsync(HttpMessageHandler handler) => Client(handler, _time).V1.Customers.GetAsync("cus_1");
}
