using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Simulators.Salesforce.Limits;

public sealed class OrgLimitTests
{
    [Fact]
    public async Task Daily_UsedUp_RefusesUntilTheOldestCallsAreADayOld()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await SalesforceFake.StartAsync(
            clock, options => options with { DailyLimit = 2, SessionTimeout = TimeSpan.FromDays(7) });
        using var http = await simulator.ConnectAsync();

        var first = await InfoAsync(http);
        clock.Advance(TimeSpan.FromHours(1));
        var second = await InfoAsync(http);
        var refused = await http.SendAsync(HttpMethod.Get, "/limits").RefusedAsync();
        clock.Advance(TimeSpan.FromHours(23));
        using var passed = await http.SendAsync(HttpMethod.Get, "/limits");

        Assert.Equal(("api-usage=1/2", "api-usage=2/2"), (first, second));
        Assert.Equal((403, "REQUEST_LIMIT_EXCEEDED"), refused);
        var daily = (await passed.JsonAsync()).GetProperty("DailyApiRequests");
        Assert.Equal((2, 0), (daily.GetProperty("Max").GetInt32(), daily.GetProperty("Remaining").GetInt32()));
        Assert.Equal(1, simulator.Calls.RateLimited["daily"]);
    }

    [Fact]
    public async Task Window_Full_RefusesAndIsMeasured()
    {
        var clock = new FakeTimeProvider();
        var limit = new RateLimit(3, TimeSpan.FromSeconds(1));
        await using var simulator = await SalesforceFake.StartAsync(clock, options => options with { WindowLimit = limit });
        using var http = await simulator.ConnectAsync();

        var infos = new List<string?> { await InfoAsync(http), await InfoAsync(http), await InfoAsync(http) };
        var refused = await http.SendAsync(HttpMethod.Get, "/limits").RefusedAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        infos.Add(await InfoAsync(http));

        Assert.Equal((403, "REQUEST_LIMIT_EXCEEDED"), refused);
        Assert.Equal("api-usage=4/100000", infos[^1]);
        Assert.Equal(3, simulator.Calls.MostInAnyWindow(limit.Per, call => call.LimitedBy is null && call.Is("/limits")));
    }

    [Fact]
    public async Task Concurrent_OneUnderWay_RefusesTheNext()
    {
        var clock = new ClockFake(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await SalesforceFake.StartAsync(clock);
        using var http = await simulator.ConnectAsync();
        simulator.Limits.Concurrent = 1;
        simulator.Faults.Plan(SalesforceFault.Slow);

        var slow = http.SendAsync(HttpMethod.Get, "/limits");
        await clock.UntilSetAsync(simulator.Faults.SlowAfter);
        var refused = await http.SendAsync(HttpMethod.Get, "/limits").RefusedAsync();
        clock.Advance(simulator.Faults.SlowAfter);
        using var answered = await slow;

        Assert.Equal((403, "REQUEST_LIMIT_EXCEEDED"), refused);
        Assert.True(answered.IsSuccessStatusCode);
        Assert.Equal("api-usage=2/100000", await InfoAsync(http));
    }

    private static async Task<string?> InfoAsync(HttpClient http)
    {
        using var response = await http.SendAsync(HttpMethod.Get, "/limits");
        return response.Headers.TryGetValues("Sforce-Limit-Info", out var values) ? values.Single() : null;
    }
}
