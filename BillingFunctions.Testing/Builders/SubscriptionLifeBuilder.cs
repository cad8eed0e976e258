using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes the events of one subscription, and knows the status they lead to without the table of transitions.</summary>
internal sealed class SubscriptionLifeBuilder
{
    public const string SubscriptionId = "sub_1";
    public const long Start = 1_760_000_000;

    private readonly List<SubscriptionEvent> _events = [];
    private long _now = Start;
    private bool _isPaid;
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
        var happened = Event($"evt_{_events.Count:D4}", type, _now, stripeStatus, periodEnd);
        if (_events.Count > 1 && _events[^1].Created == _now && _events[^1].Change > happened.Change)
        {
            happened = happened with { Created = ++_now };
        }

        _events.Add(happened);
        _isPaid = happened.Change switch
        {
            SubscriptionChange.Paid => true,
            SubscriptionChange.Lapsed => false,
            _ => _isPaid,
        };
        _isCanceled |= happened.Change == SubscriptionChange.Deleted && _isPaid;
        return this;
    }

    public SubscriptionLifeBuilder Pass(long seconds)
    {
        _now += seconds;
        return this;
    }

    public static SubscriptionEvent Event(string id, string type, long created, string? stripeStatus = null, long? periodEnd = null) =>
        new(id, type, created, Livemode: false, SubscriptionId, "cus_1") { StripeStatus = stripeStatus, PeriodEnd = periodEnd };

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
                _events[^1] = _events[^1] with { Created = _events[0].Created };
                break;
            default:
                Add("customer.subscription.deleted", "canceled");
                break;
        }
    }
}
