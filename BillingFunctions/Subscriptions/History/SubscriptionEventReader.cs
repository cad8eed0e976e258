using System.Globalization;
using System.Text.Json;
using BillingFunctions.Platform.Storage;
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
    private const long SecondsOfDay = 86_400;

    /// <summary>The subscription that the event is about; null when it is about none, or changes nothing for it.</summary>
    public static string? SubscriptionOf(StripeEvent stripeEvent)
    {
        var id = stripeEvent.Type.StartsWith(SubscriptionTypes, StringComparison.Ordinal) ? stripeEvent.Object.Text("id")
            : IsPayment(stripeEvent.Type) ? SubscriptionOfInvoice(stripeEvent.Object)
            : null;
        return TableKey.IsValid(id) ? id : null;
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
        var customer = CustomerOf(body);
        if (!TableKey.IsValid(customer) || !TableKey.IsValid(stripeEvent.Id))
        {
            throw new InvalidDataException($"Event {stripeEvent.Id} of subscription {subscription} names no customer, or is not named as Stripe's are.");
        }

        return !IsPayment(stripeEvent.Type)
            ? FromSubscription(new SubscriptionEvent(stripeEvent.Id, stripeEvent.Type, stripeEvent.Created, stripeEvent.Livemode, subscription, customer), body) with
            {
                PreviousStripeStatus = stripeEvent.Previous.Text("status"),
            }
            : new SubscriptionEvent(stripeEvent.Id, stripeEvent.Type, stripeEvent.Created, stripeEvent.Livemode, subscription, customer)
            {
                PeriodEnd = PaidUntil(body),
                InvoiceId = body.Text("id"),
                IsInvoicePaid = IsPaid(body),
                CustomerName = body.Text("customer_name") ?? body.Child("customer").Text("name"),
                CustomerEmail = body.Text("customer_email") ?? body.Child("customer").Text("email"),
            };
    }

    /// <summary>Takes a subscription, with its latest invoice, as Stripe's API has it.</summary>
    /// <exception cref="InvalidDataException">It names no customer, or is no subscription.</exception>
    public static SubscriptionEvent ReadSnapshot(JsonElement subscription, DateTimeOffset readAt)
    {
        var (id, customer) = (subscription.Text("id"), CustomerOf(subscription));
        if (!TableKey.IsValid(id) || !TableKey.IsValid(customer))
        {
            throw new InvalidDataException("Stripe's subscription has no id, or names no customer.");
        }

        var eventId = string.Create(CultureInfo.InvariantCulture, $"snapshot_{readAt.ToUnixTimeMilliseconds()}");
        var snapshot = new SubscriptionEvent(eventId, SubscriptionEvent.Snapshot, readAt.ToUnixTimeSeconds(), subscription.Flag("livemode"), id, customer);
        return FromSubscription(snapshot, subscription) with { IsInvoicePaid = subscription.Child("latest_invoice").Text("status") == "paid" };
    }

    private static SubscriptionEvent FromSubscription(SubscriptionEvent @event, JsonElement subscription) => @event with
    {
        StripeStatus = subscription.Text("status"),
        PeriodEnd = PeriodEnd(subscription),
        InvoiceId = subscription.Reference("latest_invoice"),
        DueAt = DueAt(subscription),
        CustomerName = subscription.Child("customer").Text("name"),
        CustomerEmail = subscription.Child("customer").Text("email"),
    };

    private static string? CustomerOf(JsonElement body) => body.Reference("customer") ?? body.Text("customer_account");

    private static bool IsPayment(string type) => type is EventTypes.InvoicePaid or EventTypes.InvoicePaymentSucceeded;

    private static string? SubscriptionOfInvoice(JsonElement invoice) =>
        invoice.Reference("subscription") ?? invoice.Child("parent").Child("subscription_details").Reference("subscription");

    private static long? PeriodEnd(JsonElement subscription) =>
        subscription.Items("items").Select(item => item.Number("current_period_end")).Append(subscription.Number("current_period_end")).Max();

    /// <summary>When the latest invoice is due, if it is sent to be paid later. Stripe counts the days from the invoice, which it makes when the period begins.</summary>
    private static long? DueAt(JsonElement subscription) =>
        subscription.Text("collection_method") != "send_invoice" || subscription.Reference("latest_invoice") is null ? null
        : subscription.Child("latest_invoice").Number("due_date")
            ?? (PeriodStart(subscription) is { } start && subscription.Number("days_until_due") is { } days ? start + (days * SecondsOfDay) : null);

    private static long? PeriodStart(JsonElement subscription) =>
        subscription.Items("items").Select(item => item.Number("current_period_start")).Append(subscription.Number("current_period_start")).Max();

    /// <summary>Whether nothing of the invoice is left to be paid. One that does not say its status is paid, as the type of the event says.</summary>
    private static bool IsPaid(JsonElement invoice) => invoice.Text("status") is { } status ? status == "paid" : invoice.Child("paid").ValueKind != JsonValueKind.False;

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
