using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Reads the forms of subscriptions. Names without an effect here are taken, as Stripe knows them.</summary>
internal static class SubscriptionForm
{
    private const int MaxItems = 20;

    private static readonly HashSet<string> Names =
    [
        "cancel_at", "cancel_at_period_end", "collection_method", "currency", "customer", "days_until_due", "default_payment_method",
        "description", "expand", "items", "metadata", "off_session", "payment_behavior", "payment_settings", "proration_behavior",
        "trial_period_days",
    ];

    public static NewSubscription ReadNew(ParameterReader form)
    {
        form.Allow(Names);
        var wanted = new NewSubscription(form.Required("customer"))
        {
            Items = ReadNewItems(form),
            PaymentBehavior = PaymentBehavior(form) ?? "allow_incomplete",
            CollectionMethod = CollectionMethod(form) ?? "charge_automatically",
            DaysUntilDue = form.Integer("days_until_due", 0),
            CancelAt = form.Integer("cancel_at", 0),
            CancelAtPeriodEnd = form.Flag("cancel_at_period_end") ?? false,
            TrialPeriodDays = form.Integer("trial_period_days", 1, 730),
            Description = form.TextOr(null, "description", 500),
            DefaultPaymentMethod = form.TextOr(null, "default_payment_method"),
            Metadata = MetadataForm.Read(form, new Dictionary<string, string>()),
        };
        if (wanted is { CollectionMethod: "send_invoice", DaysUntilDue: null })
        {
            form.Fail(StripeProblem.Invalid("days_until_due", "If `collection_method=send_invoice`, you must pass `days_until_due`."));
        }

        form.ThrowIfWrong();
        return wanted;
    }

    /// <param name="newId">Makes the id of an item that is added.</param>
    public static SubscriptionRecord Apply(SubscriptionRecord current, ParameterReader form, long now, Func<string> newId)
    {
        form.Allow(Names);
        PaymentBehavior(form);
        var atPeriodEnd = form.Flag("cancel_at_period_end") ?? current.CancelAtPeriodEnd;
        var changed = current with
        {
            Items = SubscriptionItemsForm.Apply(current.Items, form, now, newId),
            CollectionMethod = CollectionMethod(form) ?? current.CollectionMethod,
            DaysUntilDue = form.Integer("days_until_due", 0) ?? current.DaysUntilDue,
            CancelAt = CancelAt(current, form),
            CancelAtPeriodEnd = atPeriodEnd,
            Description = form.TextOr(current.Description, "description", 500),
            DefaultPaymentMethod = form.TextOr(current.DefaultPaymentMethod, "default_payment_method"),
            Metadata = MetadataForm.Read(form, current.Metadata),
        };
        CheckEnded(current, form);
        form.ThrowIfWrong();
        return changed with { CanceledAt = changed.CancelAt is null && !atPeriodEnd ? null : current.CanceledAt ?? now };
    }

    private static void CheckEnded(SubscriptionRecord current, ParameterReader form)
    {
        if (current.HasEnded && Names.Any(name => name is not ("metadata" or "expand") && form.HasAny(name)))
        {
            form.Fail(StripeProblem.NotNow("A canceled subscription can only update its cancellation_details and metadata."));
        }
    }

    private static List<NewSubscriptionItem> ReadNewItems(ParameterReader form)
    {
        var items = new List<NewSubscriptionItem>();
        for (var i = 0; form.HasAny($"items[{i}]"); i++)
        {
            items.Add(new NewSubscriptionItem(form.Required($"items[{i}][price]"), form.Integer($"items[{i}][quantity]", 0) ?? 1)
            {
                Metadata = MetadataForm.Read(form, new Dictionary<string, string>(), $"items[{i}][metadata]"),
            });
        }

        if (items.Count is 0 or > MaxItems)
        {
            form.Fail(StripeProblem.Invalid("items", $"A subscription has 1 to {MaxItems} items.", "parameter_missing"));
        }

        return items;
    }

    private static long? CancelAt(SubscriptionRecord current, ParameterReader form) => form.Text("cancel_at") switch
    {
        null => current.CancelAt,
        "" => null,
        "min_period_end" or "max_period_end" => current.PeriodEnd,
        _ => form.Integer("cancel_at", 0),
    };

    private static string? CollectionMethod(ParameterReader form) => form.Word("collection_method", "charge_automatically", "send_invoice");

    private static string? PaymentBehavior(ParameterReader form)
        => form.Word("payment_behavior", "allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete");
}
