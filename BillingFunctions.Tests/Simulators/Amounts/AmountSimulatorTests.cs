using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Simulators.Amounts;

namespace BillingFunctions.Tests.Simulators.Amounts;

public sealed class AmountSimulatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_AnyCustomer_AnswersWhatAmountOfSays()
    {
        await using var simulator = await StartAsync(new AmountSimulatorOptions { Currencies = ["usd", "jpy"], ZeroRate = 0.2, NullRate = 0.2, MissingRate = 0.2 });
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        var seen = new HashSet<string>();
        for (var number = 0; number < 100; number++)
        {
            using var response = await http.GetAsync($"/customers/c%20{number}/amount-due/2026/03", Token);
            var due = simulator.AmountOf($"c {number}", "2026-03");
            seen.Add(due switch { { IsKnown: false } => "missing", { Amount: null } => "null", { Amount: 0 } => "zero", _ => due.Currency });
            Assert.Equal(due.IsKnown ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
            if (due.IsKnown)
            {
                var body = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
                Assert.Equal(due.Amount, body.GetProperty("amount").ValueKind == JsonValueKind.Null ? null : body.GetProperty("amount").GetInt64());
                Assert.Equal(simulator.CurrencyOf($"c {number}"), body.GetProperty("currency").GetString());
            }
        }

        Assert.Equal(["jpy", "missing", "null", "usd", "zero"], seen.Order(StringComparer.Ordinal));
        Assert.Equal((100, 1), (simulator.Calls.Total, simulator.CallsFor("c 7")));
    }

    [Fact]
    public async Task AmountOf_SameSeed_IsTheSameAndOtherMonthsAreOthers()
    {
        await using var one = await StartAsync(new AmountSimulatorOptions { Seed = 3 });
        await using var same = await StartAsync(new AmountSimulatorOptions { Seed = 3 });
        await using var other = await StartAsync(new AmountSimulatorOptions { Seed = 4 });

        Assert.Equal(one.AmountOf("c1", "2026-03"), same.AmountOf("c1", "2026-03"));
        Assert.NotEqual(one.AmountOf("c1", "2026-03"), other.AmountOf("c1", "2026-03"));
        Assert.NotEqual(one.AmountOf("c1", "2026-03"), one.AmountOf("c1", "2026-04"));
    }

    [Fact]
    public async Task Faults_Planned_ComeInTheirOrder()
    {
        await using var simulator = await StartAsync(new AmountSimulatorOptions());
        simulator.Faults.TimeoutAfter = TimeSpan.FromMilliseconds(50);
        simulator.Faults.Plan(AmountFault.ServerError, AmountFault.RateLimit, AmountFault.Cut, AmountFault.Timeout, AmountFault.Garbage, AmountFault.None);
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        var outcomes = new List<string>();
        for (var call = 0; call < 6; call++)
        {
            try
            {
                using var response = await http.GetAsync("/customers/c1/amount-due/2026/03", Token);
                outcomes.Add($"{(int)response.StatusCode} {(await response.Content.ReadAsStringAsync(Token)).EndsWith('}')}");
            }
            catch (HttpRequestException)
            {
                outcomes.Add("cut");
            }
        }

        // A connection that is cut before its answer may be tried once more by the client.
        Assert.Equal(["500 True", "429 True", "cut", "cut", "200 False", "200 True"], outcomes);
    }

    [Fact]
    public async Task Answer_Fixed_HoldsUntilForgotten()
    {
        await using var simulator = await StartAsync(new AmountSimulatorOptions());
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        simulator.Answer("c1", 200, """{ "amount": -5 }""");
        Assert.Equal("""{ "amount": -5 }""", await http.GetStringAsync("/customers/c1/amount-due/2026/03", Token));

        simulator.Forget("c1");

        Assert.Contains("usd", await http.GetStringAsync("/customers/c1/amount-due/2026/03", Token), StringComparison.Ordinal);
    }

    private static Task<AmountSimulator> StartAsync(AmountSimulatorOptions options) => AmountSimulator.StartAsync(options, Token);
}
