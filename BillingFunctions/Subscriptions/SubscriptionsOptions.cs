using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Subscriptions;

/// <summary>The <c>Subscriptions__…</c> settings.</summary>
public sealed class SubscriptionsOptions : IValidatableObject
{
    public const string Section = "Subscriptions";

    private static readonly string[] Formats = [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"];

    /// <summary>How long a customer whose payment is overdue keeps access, such as <c>3.00:00:00</c> for three days; none when empty.</summary>
    public string? GracePeriod { get; set; }

    internal TimeSpan Grace => TryParse(GracePeriod, out var grace)
        ? grace
        : throw new OptionsValidationException(Section, typeof(SubscriptionsOptions), [$"Not a grace period: {GracePeriod}"]);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryParse(GracePeriod, out _))
        {
            yield return new ValidationResult(
                $"Subscriptions__GracePeriod is '{GracePeriod}'; it must be a time from 00:00:00 to 365.00:00:00, written hh:mm:ss or d.hh:mm:ss, such as 3.00:00:00 for three days.",
                [nameof(GracePeriod)]);
        }
    }

    /// <summary>A bare number other than 0 is refused: the framework would take it for days, and many who write 72 mean hours.</summary>
    internal static bool TryParse(string? text, out TimeSpan grace)
    {
        grace = TimeSpan.Zero;
        return text is null or "" or "0"
            || (TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, out grace) && grace <= TimeSpan.FromDays(365));
    }
}

[OptionsValidator]
internal sealed partial class SubscriptionsOptionsValidator : IValidateOptions<SubscriptionsOptions>;
