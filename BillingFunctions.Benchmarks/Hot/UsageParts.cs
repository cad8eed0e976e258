using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Items;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What an item of usage takes before it is stored.</summary>
public class UsageParts
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private JsonElement _body;

    [GlobalSetup]
    public void Setup()
    {
        var invoice = new InvoiceId(OrganizationId.New(Now), UsageKey.New(Now));
        _body = JsonSerializer.SerializeToElement(new { invoice_item = new { amount = 125, product = "requests", description = "Requests", quantity = 1_000, occurred_at = Now }, invoice = $"{invoice}" });
        if (ItemFields.ReadNew(_body, Now).Errors.ByField.Count > 0)
        {
            throw new InvalidOperationException("The item must be good.");
        }
    }

    [Benchmark(Description = "usage, fields of an item read")]
    public object Read() => ItemFields.ReadNew(_body, Now).Fields;
}
