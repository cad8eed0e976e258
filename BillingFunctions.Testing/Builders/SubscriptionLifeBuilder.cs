using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes the events of one subscription, and knows the status they lead to without the table of transitions.</summary>
internal sealed class SubscriptionLifeBuilder
{
    public const string SubscriptionId = "sub_1";
    public const long Start = 1_760_000_000;

    private readonly List<SubscriptionEvent> _events = [];
    private long _now = Start;
    private SubscriptionEvent? _last;
    private string? _status;
    private bool _isPaid;
    private bool _hasBeenPaid;
    private bool _isCanceled;

    /// <summary>In the order in which they happened.</summary>
    public IReadOnlyList<SubscriptionEvent> Events => _events;

    public SubscriptionStatus Expected => _isCanceled ? SubscriptionStatus.Canceled : _isPaid ? SubscriptionStatus.Paid : SubscriptionStatus.Unpaid;

    /// <summary>A life that any seed gives again: payments reported twice, lapses, second events for one change, refused cancellations, and news after the end.</summary>
    public static SubscriptionLifeBuilder Random(int events, Random random)
    {
        var life = new SubscriptionLifeBuilder();
        life.Add("customer.subscription.created", "incomplete");
        while (life._events.Count < events)
        {
            life.Pass(random.Next(5));
            life.Step(random.Next(12));
        }

        if (random.Next(3) == 0)
        {
            // Stripe's seconds may have the making of a subscription after what followed from it.
            life._events[0] = life._events[0] with { Created = Start + random.Next(4) };
        }

        return life;
    }

    public SubscriptionLifeBuilder Add(string type, string? stripeStatus = null, long? periodEnd = null)
    {
        var next = Event($"evt_{_events.Count:D4}", type, _now, stripeStatus, periodEnd);
        if (_last is not null && next.MakesSubscription)
        {
            _events.Add(next with { Created = _events[0].Created });
            return this;
        }

        if (_last is not null && _last.Created == _now && Place(_last).CompareTo(Place(next)) > 0)
        {
            next = next with { Created = ++_now };
        }

        next = next with { PreviousStripeStatus = next.IsPayment || stripeStatus == _status ? null : _status };
        _status = stripeStatus ?? _status;
        _last = next;
        _events.Add(next);
        _isPaid = next switch
        {
            { IsPayment: true } => true,
            { SaysOverdue: true } => false,
            { StripeStatus: "active" or "trialing" } => _hasBeenPaid,
            _ => _isPaid,
        };
        _hasBeenPaid |= _isPaid;
        _isCanceled |= type == "customer.subscription.deleted" && _isPaid;
        return this;
    }

    public SubscriptionLifeBuilder Pass(long seconds)
    {
        _now += seconds;
        return this;
    }

    public static SubscriptionEvent Event(string id, string type, long created, string? stripeStatus = null, long? periodEnd = null) =>
        new(id, type, created, Livemode: false, SubscriptionId, "cus_1")
        {
            StripeStatus = stripeStatus,
            PeriodEnd = periodEnd,
            IsInvoicePaid = type.StartsWith("invoice.", StringComparison.Ordinal),
        };

    private static (int, bool) Place(SubscriptionEvent one) => (one.Rank, !one.SaysOverdue);

    private void Step(int dice)
    {
        switch (dice)
        {
            case 0 or 1 or 2:
                Add("invoice.paid", periodEnd: _now + 2_592_000);
                break;
            case 3 or 4:
                Add("invoice.payment_succeeded", periodEnd: _now + 2_592_000);
                break;
            case 5:
                Add("customer.subscription.updated", "past_due", _now + 100);
                break;
            case 6:
                Add("customer.subscription.updated", "unpaid", _now + 100);
                break;
            case 7 or 8:
                Add("customer.subscription.updated", "active", _now + 2_592_000);
                break;
            case 9:
                Add("customer.subscription.trial_will_end", "trialing");
                break;
            case 10:
                Add("customer.subscription.created", "incomplete");
                break;
            default:
                Add("customer.subscription.deleted", "canceled");
                break;
        }
    }
}
