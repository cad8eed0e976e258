using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Benchmarks.Webhooks;

/// <summary>Subscriptions and their customers that were there before.</summary>
internal static class StoredSubscriptions
{
    private const int Parallelism = 16;
    private const int Updates = 3_000;
    private const long Created = 1_700_000_000;

    public static async Task WriteAsync(string storage, int count)
    {
        var tables = new TableServiceClient(storage);
        using var subscriptions = new SubscriptionStore(tables);
        using var index = new CustomerSubscriptionsStore(tables);
        using var customers = new CustomerStore(tables, TimeProvider.System);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, token) =>
        {
            var (customer, made) = (Id("cus", number), Id("evt", number));
            var created = new SubscriptionEvent(made, "customer.subscription.created", Created, Livemode: false, Id("sub", number), customer) { StripeStatus = "active" };
            var (_, state) = await subscriptions.AddAsync(created.SubscriptionId, [created], token);
            await index.NoteAsync(customer, new KnownSubscription(state.AccessVersion, state.Access!), isNew: true, token);
            await customers.ChangeAsync(customer, expectNew: true, _ => new(new Customer { Id = customer, LastEvent = new EventVersion(false, Created, 0, made), StripeId = customer }), token);
        });
    }

    /// <summary>Bare updates a second of these rows: what storage itself makes of a table that is so full.</summary>
    public static async Task<double> MeasureUpdatesAsync(string storage, int count)
    {
        var table = new TableClient(storage, SubscriptionStore.Table);
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Updates, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, token) =>
            await table.UpdateEntityAsync(new TableEntity(SubscriptionRow.PartitionOf(Id("sub", number % count)), Id("sub", number % count)) { ["Touched"] = number }, ETag.All, TableUpdateMode.Merge, token));
        return Updates / clock.Elapsed.TotalSeconds;
    }

    private static string Id(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_stored{number:d8}");
}
