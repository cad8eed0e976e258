using System.Diagnostics;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Telemetry;

public sealed class EdgeMiddlewareTests : IDisposable
{
    private const string Cause = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Another = "00-11111111111111111111111111111111-2222222222222222-01";
    private const string EntryPoint = "BillingFunctions.Invoicing.Amounts.LookUpAmountFunction.RunAsync";

    private readonly FakeLoggerProvider _logs = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LoggerFactory _loggers;

    public EdgeMiddlewareTests() => _loggers = new LoggerFactory([_logs]);

    private IEnumerable<string> Lines => _logs.Collector.GetSnapshot().Select(record => $"{record.Category} {record.Id.Id} {record.Message}");

    [Fact]
    public async Task Invoke_Ends_LogsWhatItWasAboutItsOutcomeAndDuration()
    {
        await RunAsync(() =>
        {
            Edge.About("month", "2026-10");
            Edge.About("customer_id", "cus_1");
            Edge.EndsAs("priced");
            _time.Advance(TimeSpan.FromMilliseconds(250));
        });

        Assert.Equal(
            [
                "BillingFunctions.Invoicing.Amounts.LookUpAmountFunction 9001 LookUpAmountFunction received. ",
                "BillingFunctions.Invoicing.Amounts.LookUpAmountFunction 9002 LookUpAmountFunction ended: priced after 250 ms. month=2026-10 customer_id=cus_1",
            ],
            Lines);
    }

    /// <summary>An id in an address or a message is whatever its sender has put there.</summary>
    [Fact]
    public async Task About_LinesAndLongText_IsOneShortLine()
    {
        await RunAsync(() => Edge.About("customer_id", "cus_1\r\ninfo: all is well\u2028" + new string('x', 1_000)));

        Assert.EndsWith("customer_id=cus_1  info: all is well " + new string('x', 230) + "…", Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_Fails_LogsWithWhatAndThrows()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(() =>
        {
            Edge.About("run_id", "exp_1");
            throw new InvalidOperationException("no");
        }));

        Assert.EndsWith("ended: InvalidOperationException after 0 ms. run_id=exp_1", Lines.Last(), StringComparison.Ordinal);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Invoke_Orchestrator_IsNeitherLoggedNorTraced()
    {
        await RunAsync(() => Assert.Null(Activity.Current), "orchestrationTrigger");

        Assert.Empty(Lines);
    }

    [Fact]
    public async Task Invoke_HostHasATrace_GoesOnInIt()
    {
        var trace = "";

        await RunAsync(() => trace = Activity.Current!.TraceId.ToHexString(), traceParent: Cause);

        Assert.Equal(Cause.Split('-')[1], trace);
    }

    /// <summary>What a lookup queues six hours later is still found by the trace of the request that began it.</summary>
    [Fact]
    public async Task Invoke_MessageQueuedByAnotherCall_GoesOnInItsTraceAndIsLinkedToThatOfTheHost()
    {
        var (message, queuing) = ("", default(ActivitySpanId));
        await RunAsync(
            () =>
            {
                message = JsonSerializer.Serialize(new InvoiceLookup("2026-10", "cus_1"));
                queuing = Activity.Current!.SpanId;
            },
            traceParent: Cause);

        Activity? call = null;
        await RunAsync(() => call = Activity.Current, traceParent: Another, message: message);

        Assert.Equal((Cause.Split('-')[1], queuing), (call!.TraceId.ToHexString(), call.ParentSpanId));
        Assert.Equal(Another.Split('-')[1], call.Links.Single().Context.TraceId.ToHexString());
    }

    [Theory]
    [InlineData("exp_1")]
    [InlineData("{")]
    [InlineData("""{"TraceParent":7}""")]
    [InlineData("""{"TraceParent":"nothing"}""")]
    [InlineData("""["TraceParent"]""")]
    public async Task Invoke_MessageWithoutATrace_GoesOnInThatOfTheHost(string message)
    {
        var trace = "";

        await RunAsync(() => trace = Activity.Current!.TraceId.ToHexString(), traceParent: Another, message: message);

        Assert.Equal(Another.Split('-')[1], trace);
    }

    /// <summary>A message of several events has as many causes: none of their traces is its own.</summary>
    [Fact]
    public async Task Follows_PartsQueuedByDifferentCalls_IsLinkedToEach()
    {
        var causes = new List<ActivityTraceId>();

        await RunAsync(() =>
        {
            Edge.Follows([Cause, Another, Cause, null]);
            causes.AddRange(Activity.Current!.Links.Select(link => link.Context.TraceId));
        });

        Assert.Equal([Cause.Split('-')[1], Another.Split('-')[1]], causes.Select(cause => cause.ToHexString()));
    }

    [Fact]
    public void TracedMessage_OutsideOfACall_HasNoTrace() =>
        Assert.Equal("""{"Month":"2026-10","CustomerId":"cus_1","Attempts":0}""", JsonSerializer.Serialize(new InvoiceLookup("2026-10", "cus_1")));

    public void Dispose()
    {
        _loggers.Dispose();
        _logs.Dispose();
    }

    private async Task RunAsync(Action function, string trigger = "queueTrigger", string traceParent = "", string? message = null) =>
        await new EdgeMiddleware(_loggers, _time).Invoke(new FunctionContextFake(EntryPoint, trigger, traceParent, message), _ =>
        {
            function();
            return Task.CompletedTask;
        });
}
