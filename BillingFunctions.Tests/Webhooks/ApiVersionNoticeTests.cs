using BillingFunctions.Webhooks;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace BillingFunctions.Tests.Webhooks;

public sealed class ApiVersionNoticeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Look_ManyOfOtherVersions_TellsOnceAnHourForEach()
    {
        var log = new FakeLogger<ApiVersionNotice>();
        var notice = new ApiVersionNotice(_time, log);

        Parallel.For(0, 100, _ => notice.Look(Event("2024-01-01")));
        notice.Look(Event(null));
        notice.Look(Event(StripeConfiguration.ApiVersion));
        Assert.Equal(2, log.Collector.Count);

        _time.Advance(TimeSpan.FromMinutes(59));
        notice.Look(Event("2024-01-01"));
        Assert.Equal(2, log.Collector.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        notice.Look(Event("2024-01-01"));
        Assert.Equal(3, log.Collector.Count);
        Assert.All(log.Collector.GetSnapshot(), line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    private static StripeEvent Event(string? version) => new("evt_1", "invoice.paid", 1, Livemode: false, default, default, version);
}
