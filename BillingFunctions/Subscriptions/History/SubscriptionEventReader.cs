using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Subscriptions.History;

/// <summary>
/// Takes from a Stripe event what it says of a subscription, in the shapes before and after API version 2025-03-31 (basil),
/// which moved an invoice's subscription under <c>parent</c> and the period from the subscription to its items.
/// </summary>
internal static class SubscriptionEventReader
{
    private const string SubscriptionTypes = "customer.subscription.";

    /// <summary>The subscription that the event is about; null when it is about none, or changes nothing for it.</summary>
    public static string? SubscriptionOf(StripeEvent stripeEvent)
    {
        var id = stripeEvent.Type.StartsWith(SubscriptionTypes, StringComparison.Ordinal) ? stripeEvent.Object.Text("id")
            : IsPayment(stripeEvent.Type) ? SubscriptionOfInvoice(stripeEvent.Object)
            : null;
        return StripeId.IsValid(id) ? id : null;
    }

    /// <summary>Null when <see cref="SubscriptionOf"/> is.</summary>
    /// <exception cref="InvalidDataException">It names no customer, or is no event that Stripe would send.</exception>
    public static SubscriptionEvent? Read(StripeEvent stripeEvent)
    {
        if (SubscriptionOf(stripeEvent) is not { } subscription)
        {
            return null;
        }

        var body = stripeEvent.Object;
        var customer = body.Reference("customer") ?? body.Text("customer_account");
        if (!StripeId.IsValid(customer) || !StripeId.IsValid(stripeEvent.Id))
        {
            throw new InvalidDataException($"Event {stripeEvent.Id} of subscription {subscription} names no customer, or is not named as Stripe's are.");
        }

        var isPayment = IsPayment(stripeEvent.Type);
        return new SubscriptionEvent(stripeEvent.Id, stripeEvent.Type, stripeEvent.Created, stripeEvent.Livemode, subscription, customer!)
        {
            StripeStatus = isPayment ? null : body.Text("status"),
            PreviousStripeStatus = isPayment ? null : stripeEvent.Previous.Text("status"),
            PeriodEnd = isPayment ? PaidUntil(body) : PeriodEnd(body),
            CustomerName = body.Text("customer_name") ?? body.Child("customer").Text("name"),
            CustomerEmail = body.Text("customer_email") ?? body.Child("customer").Text("email"),
        };
    }

    private static bool IsPayment(string type) => type is EventTypes.InvoicePaid or EventTypes.InvoicePaymentSucceeded;

    private static string? SubscriptionOfInvoice(JsonElement invoice) =>
        invoice.Reference("subscription") ?? invoice.Child("parent").Child("subscription_details").Reference("subscription");

    private static long? PeriodEnd(JsonElement subscription) =>
        subscription.Items("items").Select(item => item.Number("current_period_end")).Append(subscription.Number("current_period_end")).Max();

    private static long? PaidUntil(JsonElement invoice) =>
        invoice.Items("lines").Where(IsPeriodOfSubscription).Select(line => line.Child("period").Number("end")).Max();

    /// <summary>A proration is not: it also gives back the rest of a longer period that the subscription has left.</summary>
    private static bool IsPeriodOfSubscription(JsonElement line)
    {
        var details = line.Child("parent").Child("subscription_item_details");
        return (line.Text("type") == "subscription" && !line.Flag("proration"))
            || (details.ValueKind == JsonValueKind.Object && !details.Flag("proration"));
    }
}
