using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>Subscriptions at Stripe, whose webhooks come twice, late, out of order or not at all: each as Stripe has it, each event in the inbox and in the audit once.</summary>
internal sealed class SubscriptionJob(FaultWorld world, FaultPlan plan) : IFaultedJob
{
    private readonly ConcurrentDictionary<string, string> _expected = [];
    private readonly Random _chance = new(plan.Seed);

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < 20 * plan.Size; number++)
        {
            var customer = world.Stripe.Customers.Create($"Subscriber {number}", $"subscriber{number}@example.com");
            var kind = _chance.Next(4);
            world.Stripe.Invoices.DeclinePaymentsOf(customer, kind == 0);
            var subscription = world.Stripe.Subscriptions.Create(customer).Id;
            switch (kind)
            {
                case 1:
                    world.Stripe.Subscriptions.EndPeriod(subscription);
                    break;
                case 2:
                    world.Stripe.Subscriptions.Cancel(subscription);
                    break;
            }

            _expected[subscription] = kind switch { 0 => "unpaid", 2 => "canceled", _ => "paid" };
            await Task.Delay(TimeSpan.FromMilliseconds(_chance.Next(1_000)), TimeProvider.System, cancellationToken);
        }

        await world.Stripe.Webhooks.WhenDeliveredAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var received = await PagesDriver.ItemsAsync(world.App.Http, "api/webhook_events?status=received&limit=100");
        return [.. received.Select(one => $"{one.GetProperty("type")} {one.GetProperty("id")} is not applied")];
    }

    public async Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken)
    {
        var inbox = new WebhooksDriver(world.App);
        IReadOnlyList<string> ended = [.. await inbox.EventIdsAsync("applied"), .. await inbox.EventIdsAsync("ignored")];
        var breaches = new List<string>(ended.CountBy(id => id).Where(one => one.Value > 1).Select(one => $"{one.Key} is {one.Value} times in the inbox."));
        breaches.AddRange(world.Stripe.Webhooks.Deliveries.Where(delivery => !ended.Contains(delivery.EventId)).Select(delivery => $"{delivery.EventId}, {delivery.State}, was never applied."));
        foreach (var (id, expected) in _expected)
        {
            var subscription = await world.App.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{id}", cancellationToken);
            var audit = await PagesDriver.ItemsAsync(world.App.Http, $"api/subscriptions/{id}/audit");
            var twice = audit.CountBy(entry => entry.GetProperty("event_id").GetString() ?? "").Count(entry => entry.Value > 1);
            if (subscription.GetProperty("status").GetString() != expected || twice > 0)
            {
                breaches.Add($"{subscription} should be {expected}; {twice} events are twice in its audit: {string.Join(", ", audit)}");
            }
        }

        return breaches;
    }
}
