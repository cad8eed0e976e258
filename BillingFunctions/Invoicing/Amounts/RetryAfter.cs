using System.Net.Http.Headers;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>The header <c>Retry-After</c> (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>A longer wait is taken for this one: an invoice should not wait for a mistake of the API until nobody remembers it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>How long the response asks to wait, from now on, at most a week; zero when it does not say, or not in a way that is allowed.</summary>
    public static TimeSpan Of(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.Select(value => Read(value.Trim(), now)).Max() : TimeSpan.Zero;

    /// <summary>The framework's reader takes seconds up to 2^31, so a number beyond is read here.</summary>
    private static TimeSpan Read(string value, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(value, out var wait))
        {
            return value.Length > 0 && value.All(char.IsAsciiDigit) ? Longest : TimeSpan.Zero;
        }

        var given = wait.Delta ?? (wait.Date!.Value - now);
        return given < TimeSpan.Zero ? TimeSpan.Zero : given < Longest ? given : Longest;
    }
}
