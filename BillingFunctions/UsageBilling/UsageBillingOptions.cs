using System.ComponentModel.DataAnnotations;
using System.Globalization;
using BillingFunctions.Platform;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling;

/// <summary>The <c>UsageBilling__…</c> settings.</summary>
public sealed class UsageBillingOptions : IValidatableObject
{
    public const string Section = "UsageBilling";

    /// <summary>How long after its month an invoice takes items, and is closed by itself then; a day when empty.</summary>
    public string? CloseAfter { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryParse(CloseAfter, out _))
        {
            yield return new ValidationResult(
                $"UsageBilling__CloseAfter is '{CloseAfter}'; it must be a time from 00:00:00 to 28.00:00:00, written hh:mm:ss or d.hh:mm:ss, such as 1.00:00:00 for a day.", [nameof(CloseAfter)]);
        }
    }

    /// <summary>The moment from which an invoice of a month takes no more items.</summary>
    internal DateTimeOffset ClosesAt(string period) =>
        BillingMonth.Parse(period).End + (TryParse(CloseAfter, out var after) ? after : throw new OptionsValidationException(Section, typeof(UsageBillingOptions), [$"Not a time: {CloseAfter}"]));

    private static bool TryParse(string? text, out TimeSpan after)
    {
        after = TimeSpan.FromDays(1);
        return string.IsNullOrEmpty(text)
            || (TimeSpan.TryParseExact(text, [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out after) && after <= TimeSpan.FromDays(28));
    }
}

[OptionsValidator]
internal sealed partial class UsageBillingOptionsValidator : IValidateOptions<UsageBillingOptions>;
