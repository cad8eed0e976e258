using System.Text.Json;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Simulators.Salesforce.Faults;

public sealed class SalesforceFaultTests
{
    private const string ByCustomer = "/composite/sobjects/Account/Billing_Customer_Id__c";

    [Theory]
    [InlineData(SalesforceFault.ServerUnavailable, 503, "SERVER_UNAVAILABLE")]
    [InlineData(SalesforceFault.ServerError, 500, "UNKNOWN_EXCEPTION")]
    [InlineData(SalesforceFault.InvalidSession, 401, "INVALID_SESSION_ID")]
    [InlineData(SalesforceFault.RequestLimit, 403, "REQUEST_LIMIT_EXCEEDED")]
    public async Task Plan_Refusal_DoesNothing(SalesforceFault fault, int status, string code)
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Faults.Plan(fault);

        var refused = await http.SendAsync(HttpMethod.Patch, ByCustomer, SalesforceFake.Accounts([("c1", "Ada")])).RefusedAsync();

        Assert.Equal((status, code), refused);
        Assert.Equal(0, simulator.Records.Count("Account"));
        Assert.True((await http.UpsertAsync(("c1", "Ada")))[0].GetProperty("created").GetBoolean());
    }

    [Theory]
    [InlineData(SalesforceFault.CutBefore, 0)]
    [InlineData(SalesforceFault.CutAfter, 1)]
    public async Task Plan_Cut_LosesTheCallOrItsAnswer(SalesforceFault fault, int written)
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Faults.PlanFor(ByCustomer, fault);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.UpsertAsync(("c1", "Ada")));

        Assert.Equal(written, simulator.Records.Count("Account"));
        Assert.Equal(written == 0, (await http.UpsertAsync(("c1", "Ada")))[0].GetProperty("created").GetBoolean());
        Assert.Equal([0, 200], simulator.Calls.Latest.Where(call => call.Is(ByCustomer)).Select(call => call.Status));
    }

    [Fact]
    public async Task FailAlways_KindOfCall_FailsUntilHealed()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Faults.FailAlways("/query", SalesforceFault.ServerUnavailable);

        var refused = await http.SendAsync(HttpMethod.Get, "/query?q=SELECT+Id+FROM+Account").RefusedAsync();
        using var other = await http.SendAsync(HttpMethod.Get, "/limits");
        simulator.Faults.Heal("/query");
        var healed = await http.QueryAsync("SELECT Id FROM Account");

        Assert.Equal((503, "SERVER_UNAVAILABLE"), refused);
        Assert.True(other.IsSuccessStatusCode);
        Assert.Equal(0, healed.GetProperty("totalSize").GetInt32());
    }

    [Fact]
    public async Task Rates_SameSeed_GiveTheSameFaults()
    {
        var (first, second, other) = (await PlayAsync(3), await PlayAsync(3), await PlayAsync(4));

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(status => status == 503), 10, 40);
    }

    [Fact]
    public async Task Records_LockedAndRefused_RefuseOnlyTheseRecords()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Faults.Records.Lock("c1");
        simulator.Faults.Records.Refuse("c2");

        var first = await http.UpsertAsync(("c1", "Ada"), ("c2", "Bea"), ("c3", "Cy"));
        var second = await http.UpsertAsync(("c1", "Ada"), ("c2", "Bea"));
        simulator.Faults.Records.Heal("c2");
        var third = await http.UpsertAsync(("c2", "Bea"));

        Assert.Equal(["UNABLE_TO_LOCK_ROW", "FIELD_CUSTOM_VALIDATION_EXCEPTION", null], first.Select(CodeOf));
        Assert.Equal([null, "FIELD_CUSTOM_VALIDATION_EXCEPTION"], second.Select(CodeOf));
        Assert.Null(CodeOf(third[0]));
        Assert.Equal(3, simulator.Records.Count("Account"));
    }

    private static async Task<List<int>> PlayAsync(int seed)
    {
        await using var simulator = await SalesforceFake.StartAsync(change: options => options with { FaultSeed = seed });
        using var http = await simulator.ConnectAsync();
        simulator.Faults.ServerUnavailableRate = 0.25;
        var statuses = new List<int>();
        for (var call = 0; call < 100; call++)
        {
            using var response = await http.SendAsync(HttpMethod.Get, "/limits");
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    private static string? CodeOf(JsonElement result)
        => result.GetProperty("success").GetBoolean() ? null : result.GetProperty("errors")[0].GetProperty("statusCode").GetString();
}
