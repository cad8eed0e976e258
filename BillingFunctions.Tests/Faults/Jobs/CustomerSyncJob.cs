using System.Net.Http.Json;
using System.Text.Json;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>Customers created and renamed by requests: in Stripe, Salesforce and the store once, with the same content.</summary>
internal sealed class CustomerSyncJob(FaultWorld world, FaultPlan plan) : IFaultedJob
{
    private const string IdKey = "billing_customer_id";
    private const string IdField = "Billing_Customer_Id__c";

    private readonly int _count = 20 * plan.Size;

    public Task PlayAsync(CancellationToken cancellationToken) =>
        Parallel.ForAsync(0, _count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var id = IdOf(number);
            await DoneAsync(world.App.Http.PostAsync("api/customers", JsonContent.Create(new { id, email = $"{id}@example.com", name = "First" }), token), token);
            await DoneAsync(world.App.Http.PatchAsync($"api/customers/{id}", JsonContent.Create(new { name = NameOf(id) }), token), token);
        });

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var connectors = await world.App.Http.GetFromJsonAsync<JsonElement>("api/connectors", cancellationToken);
        return [.. connectors.GetProperty("data").EnumerateArray().Where(connector => connector.GetProperty("pending").GetInt32() > 0).Select(connector => $"{connector}")];
    }

    public async Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken)
    {
        var inStripe = world.Stripe.Customers.Made.ToLookup(customer => customer.Metadata.GetValueOrDefault(IdKey, ""));
        var inSalesforce = world.Salesforce.Records.All("Account").ToLookup(record => record[IdField] as string ?? "");
        var breaches = new List<string>();
        foreach (var id in Enumerable.Range(0, _count).Select(IdOf))
        {
            var stored = await world.App.Http.GetFromJsonAsync<JsonElement>($"api/customers/{id}", cancellationToken);
            var isRight = inStripe[id].ToList() is [var atStripe]
                && inSalesforce[id].ToList() is [var atSalesforce]
                && stored.GetProperty("stripe_id").GetString() == atStripe.Id
                && stored.GetProperty("name").GetString() == NameOf(id) && atStripe.Name == NameOf(id) && Equals(atSalesforce["Name"], NameOf(id));
            if (!isRight)
            {
                breaches.Add($"{stored} is at Stripe {inStripe[id].Count()} times ({string.Join(", ", inStripe[id].Select(one => one.Name))}), in Salesforce {inSalesforce[id].Count()} times ({string.Join(", ", inSalesforce[id].Select(one => one["Name"]))}).");
            }
        }

        return breaches;
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> asked, CancellationToken cancellationToken)
    {
        using var response = await asked;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static string IdOf(int number) => $"sync-{number:d4}";

    private static string NameOf(string id) => $"Second {id}";
}
