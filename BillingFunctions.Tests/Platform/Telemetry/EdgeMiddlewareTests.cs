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
    public async Task Follows_MessageQueuedByAnotherCall_IsLinkedToItAndSaysSo()
    {
        var message = "";
        await RunAsync(() => message = JsonSerializer.Serialize(new InvoiceLookup("2026-10", "cus_1")), traceParent: Cause);

        ActivityLink? link = null;
        await RunAsync(() =>
        {
            Edge.Follows(JsonSerializer.Deserialize<InvoiceLookup>(message)!.TraceParent);
            link = Activity.Current!.Links.Single();
        });

        Assert.Equal(Cause.Split('-')[1], link!.Value.Context.TraceId.ToHexString());
        Assert.EndsWith($"caused_by={Cause.Split('-')[1]}", Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void TracedMessage_OutsideOfACall_HasNoTrace() =>
        Assert.Equal("""{"Month":"2026-10","CustomerId":"cus_1","Attempts":0}""", JsonSerializer.Serialize(new InvoiceLookup("2026-10", "cus_1")));

    public void Dispose()
    {
        _loggers.Dispose();
        _logs.Dispose();
    }

    private async Task RunAsync(Action function, string trigger = "queueTrigger", string traceParent = "") =>
        await new EdgeMiddleware(_loggers, _time).Invoke(new FunctionContextFake(EntryPoint, trigger, traceParent), _ =>
        {
            function();
            return Task.CompletedTask;
        });
}
