using System.Net;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Drivers;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Stripe;

public sealed class FirstCallHandlerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<HttpResponseMessage>> _calls = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_SeveralAtOnce_TheFirstGoesAlone()
    {
        using var client = Client();
        var first = SendAsync(client);
        var (second, third) = (SendAsync(client), SendAsync(client));
        Assert.Single(_calls);

        _calls[0].SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await first;
        await Poll.UntilAsync(() => Task.FromResult(_calls.Count), count => count == 3);

        var later = SendAsync(client);
        Assert.Equal(4, _calls.Count);
        _calls[1..].ForEach(call => call.SetResult(new HttpResponseMessage(HttpStatusCode.OK)));
        await Task.WhenAll(second, third, later);
    }

    [Fact]
    public async Task Send_FirstFails_TheOthersGo()
    {
        using var client = Client();
        var (first, second) = (SendAsync(client), SendAsync(client));

        _calls[0].SetException(new HttpRequestException("No way there."));

        await Assert.ThrowsAsync<HttpRequestException>(() => first);
        await Poll.UntilAsync(() => Task.FromResult(_calls.Count), count => count == 2);
        _calls[1].SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
    }

    [Fact]
    public async Task Send_FirstHangs_TheOthersWaitTwoSeconds()
    {
        using var client = Client();
        _ = SendAsync(client);
        var second = SendAsync(client);

        _time.Advance(FirstCall.LongestWait);

        await Poll.UntilAsync(() => Task.FromResult(_calls.Count), count => count == 2);
        _calls[1].SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client) => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://stripe.test/"), Token);

    private HttpMessageInvoker Client() => new(new FirstCallHandler(new FirstCall(_time)) { InnerHandler = new Calls(_calls) });

    /// <summary>Answers when the test says so.</summary>
    private sealed class Calls(List<TaskCompletionSource<HttpResponseMessage>> calls) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var call = new TaskCompletionSource<HttpResponseMessage>();
            lock (calls)
            {
                calls.Add(call);
            }

            return call.Task;
        }
    }
}
