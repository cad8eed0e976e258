using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Applies <c>items[n][…]</c> of an update: with an id it changes or takes out an item, without one it adds.</summary>
internal static class SubscriptionItemsForm
{
    public static IReadOnlyList<SubscriptionItemRecord> Apply(
        IReadOnlyList<SubscriptionItemRecord> current, ParameterReader form, long now, Func<string> newId)
    {
        var items = current.ToList();
        for (var i = 0; form.HasAny($"items[{i}]"); i++)
        {
            ApplyOne(items, form, $"items[{i}]", now, newId);
        }

        if (items.Count == 0)
        {
            form.Fail(StripeProblem.Invalid("items", "A subscription must have at least one active item."));
        }

        return items;
    }

    private static void ApplyOne(List<SubscriptionItemRecord> items, ParameterReader form, string name, long now, Func<string> newId)
    {
        if (form.Text($"{name}[id]") is not { } id)
        {
            var price = PriceRecord.Find(form.Required($"{name}[price]"), $"{name}[price]");
            items.Add(Changed(new SubscriptionItemRecord(newId(), now, price, 1), form, name));
            return;
        }

        var place = items.FindIndex(item => item.Id == id);
        if (place < 0)
        {
            form.Fail(StripeProblem.Missing("subscription_item", id, $"{name}[id]"));
        }
        else if (form.Flag($"{name}[deleted]") == true)
        {
            items.RemoveAt(place);
        }
        else
        {
            items[place] = Changed(items[place], form, name);
        }
    }

    private static SubscriptionItemRecord Changed(SubscriptionItemRecord item, ParameterReader form, string name) => item with
    {
        Price = form.Text($"{name}[price]") is { } price ? PriceRecord.Find(price, $"{name}[price]") : item.Price,
        Quantity = form.Integer($"{name}[quantity]", 0) ?? item.Quantity,
        Metadata = MetadataForm.Read(form, item.Metadata, $"{name}[metadata]"),
    };
}
