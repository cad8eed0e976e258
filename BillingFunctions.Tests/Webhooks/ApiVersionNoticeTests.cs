using System.Collections.Concurrent;
using BillingFunctions.Webhooks;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace BillingFunctions.Tests.Webhooks;

public sealed class ApiVersionNoticeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Look_ManyOfOtherVersions_TellsOnceAnHourForEach()
    {
        var log = new Log();
        var notice = new ApiVersionNotice(_time, log);

        Parallel.For(0, 100, _ => notice.Look(Event("2024-01-01")));
        notice.Look(Event(null));
        notice.Look(Event(StripeConfiguration.ApiVersion));
        Assert.Equal(2, log.Lines.Count);

        _time.Advance(TimeSpan.FromMinutes(59));
        notice.Look(Event("2024-01-01"));
        Assert.Equal(2, log.Lines.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        notice.Look(Event("2024-01-01"));
        Assert.Equal(3, log.Lines.Count);
        Assert.All(log.Lines, level => Assert.Equal(LogLevel.Warning, level));
    }

    private sealed class Log : ILogger<ApiVersionNotice>
    {
        public ConcurrentQueue<LogLevel> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(logLevel);
    }

    private static StripeEvent Event(string? version) => new("evt_1", "invoice.paid", 1, Livemode: false, default, default, version);
}
