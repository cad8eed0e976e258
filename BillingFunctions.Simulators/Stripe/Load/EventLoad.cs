using System.Globalization;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Webhooks;

namespace BillingFunctions.Simulators.Stripe.Load;

/// <summary>Makes events for load tests, many thousand a second, without a simulator: those that four changes of each customer would make.</summary>
public static class EventLoad
{
    private static readonly string[] Types = ["customer.created", "customer.subscription.created", "invoice.paid", "customer.updated"];

    /// <summary>Yields <c>customer.created</c>, <c>customer.subscription.created</c>, <c>invoice.paid</c> and <c>customer.updated</c> of one customer after the other.</summary>
    /// <param name="from">When the first customer is created; each has a second of its own, in which all four happen.</param>
    /// <param name="seed">The same seed gives the same events; another one other ids.</param>
    /// <param name="apiVersion">The shape, as in <see cref="StripeSimulatorOptions.ApiVersion"/>.</param>
    public static IEnumerable<LoadEvent> Generate(
        int customers, DateTimeOffset from, int seed = 1, string apiVersion = StripeApiVersions.Newest)
    {
        var templates = LoadTemplates.Build(ApiVersion.Of(apiVersion));
        var ids = new ObjectIds((ulong)seed);
        for (var number = 0; number < customers; number++)
        {
            var slots = Slots(ids, number, from.AddSeconds(number));
            for (var i = 0; i < Types.Length; i++)
            {
                var id = ids.Of("evt_", ((ulong)number * (ulong)Types.Length) + (ulong)i);
                slots[LoadSlot.Event] = id;
                yield return new LoadEvent(id, Types[i], templates[i].Fill(slots), slots[LoadSlot.Customer], slots[LoadSlot.Subscription]);
            }
        }
    }

    private static LoadSlots Slots(ObjectIds ids, int number, DateTimeOffset created)
    {
        var mix = new Mix(1, (ulong)number);
        var (first, last) = (mix.Of(SampleText.FirstNames), mix.Of(SampleText.LastNames));
        return new LoadSlots
        {
            [LoadSlot.Customer] = ids.Of("cus_", (ulong)number),
            [LoadSlot.Subscription] = ids.Of("sub_", (ulong)number),
            [LoadSlot.Item] = ids.Of("si_", (ulong)number),
            [LoadSlot.Invoice] = ids.Of("in_", (ulong)number),
            [LoadSlot.Line] = ids.Of("il_", (ulong)number),
            [LoadSlot.Name] = $"{first} {last}",
            [LoadSlot.Email] = string.Create(CultureInfo.InvariantCulture, $"{first}.{last}.{number}@example.com"),
            [LoadSlot.Created] = Seconds(created),
            [LoadSlot.PeriodEnd] = Seconds(created.AddMonths(1)),
        };
    }

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>One event to send.</summary>
/// <param name="Json">The body, 2.5 to 5 kB; sign it with <see cref="WebhookSignature"/>.</param>
public sealed record LoadEvent(string Id, string Type, string Json, string CustomerId, string SubscriptionId);
