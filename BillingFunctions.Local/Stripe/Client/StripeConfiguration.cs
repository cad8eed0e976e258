namespace Stripe;

/// <summary>The versions that this client speaks.</summary>
public static class StripeConfiguration
{
    /// <summary>The API version sent with every request, and the shape of the entities.</summary>
    public static string ApiVersion => "2026-07-29.dahlia";

    /// <summary>The version of Stripe.net whose API this is.</summary>
    public static string StripeNetVersion => "52.2.0";
}
