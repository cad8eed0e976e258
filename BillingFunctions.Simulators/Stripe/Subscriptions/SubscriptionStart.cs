using BillingFunctions.Simulators.Stripe.Invoices;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Makes the first state of a subscription.</summary>
internal static class SubscriptionStart
{
    private const long SecondsADay = 86_400;

    public static SubscriptionRecord Of(NewSubscription wanted, BillingBooks books)
    {
        var now = books.Now;
        var items = Items(wanted, books, now);
        var trialEnd = wanted.TrialPeriodDays is { } days ? now + (days * SecondsADay) : (long?)null;
        return new SubscriptionRecord
        {
            Id = books.NewId("sub_"),
            Created = now,
            Customer = wanted.Customer,
            Status = (trialEnd, wanted.CollectionMethod) switch
            {
                (not null, _) => "trialing",
                (null, "send_invoice") => "active",
                _ => "incomplete",
            },
            Items = items,
            Anchor = trialEnd ?? now,
            PeriodStart = now,
            PeriodEnd = trialEnd ?? items[0].Price.PeriodStart(now, 1),
            Periods = trialEnd is null ? 1 : 0,
            TrialEnd = trialEnd,
            CollectionMethod = wanted.CollectionMethod,
            DaysUntilDue = wanted.DaysUntilDue,
            CancelAt = wanted.CancelAt,
            CancelAtPeriodEnd = wanted.CancelAtPeriodEnd,
            CanceledAt = wanted.CancelAtPeriodEnd ? now : null,
            Description = wanted.Description,
            DefaultPaymentMethod = wanted.DefaultPaymentMethod,
            LatestInvoice = books.NewId("in_"),
            Metadata = wanted.Metadata,
        };
    }

    private static List<SubscriptionItemRecord> Items(NewSubscription wanted, BillingBooks books, long now)
        => [.. wanted.Items.Select((item, index) => new SubscriptionItemRecord(
            books.NewId("si_"), now, PriceRecord.Find(item.Price, $"items[{index}][price]"), item.Quantity) { Metadata = item.Metadata })];
}
