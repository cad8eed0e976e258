namespace BillingFunctions.Platform.Stripe;

/// <summary>What the app writes into the metadata of objects at Stripe, by which it knows its own.</summary>
internal static class StripeMetadata
{
    /// <summary>The id of an item of usage, on its line and on a credit note of it.</summary>
    public const string UsageItem = "billing_item_id";
}
