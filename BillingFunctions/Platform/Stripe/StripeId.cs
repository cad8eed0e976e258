using System.Buffers;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Stripe's ids, which are keys in our tables.</summary>
internal static class StripeId
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether this may be an id. Anything else must not reach a key: some characters are not allowed there.</summary>
    public static bool IsOne(string? text) => text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Allowed);
}
