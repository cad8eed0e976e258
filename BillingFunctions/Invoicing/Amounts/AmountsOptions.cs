using System.ComponentModel.DataAnnotations;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>The <c>Amounts__…</c> settings: the API that says what a customer owes for a month.</summary>
public sealed class AmountsOptions : IValidatableObject
{
    public const string Section = "Amounts";

    public const string BaseUrlSetting = $"{Section}__{nameof(BaseUrl)}";

    /// <summary>The base address of the API, such as <c>https://amounts.example.com/v1</c>. Without it invoicing is off.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>How many calls the API allows, <c>permits/seconds</c>; <c>50/1</c> when empty. All instances of the app share the limit.</summary>
    public string? RateLimit { get; set; }

    internal Uri Address => TryParse(BaseUrl, out var address) ? address : throw Invalid(nameof(BaseUrl));

    internal RateLimit Limit => Platform.RateLimiting.RateLimit.TryParse(string.IsNullOrEmpty(RateLimit) ? "50/1" : RateLimit, out var limit)
        ? limit
        : throw Invalid(nameof(RateLimit));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The address is not shown, since it may contain a password.
        if (!string.IsNullOrWhiteSpace(BaseUrl) && !TryParse(BaseUrl, out _))
        {
            yield return new ValidationResult("Amounts__BaseUrl must be the absolute http or https address of the amount API, without a query.", [nameof(BaseUrl)]);
        }

        if (!string.IsNullOrEmpty(RateLimit) && !Platform.RateLimiting.RateLimit.TryParse(RateLimit, out _))
        {
            yield return new ValidationResult($"Amounts__RateLimit is '{RateLimit}'; it must be {Platform.RateLimiting.RateLimit.Allowed}.", [nameof(RateLimit)]);
        }
    }

    /// <summary>Adds a slash to the end, so that paths are appended to the address instead of replacing its last segment.</summary>
    private static bool TryParse(string? text, out Uri address)
    {
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed is { Query: "", Fragment: "" };
        address = isAddress ? new Uri(text!.TrimEnd('/') + "/") : null!;
        return isAddress;
    }

    private static OptionsValidationException Invalid(string setting) => new(Section, typeof(AmountsOptions), [$"Not allowed: {Section}__{setting}"]);
}

[OptionsValidator]
internal sealed partial class AmountsOptionsValidator : IValidateOptions<AmountsOptions>;
