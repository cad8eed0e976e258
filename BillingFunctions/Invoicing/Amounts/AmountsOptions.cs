using System.ComponentModel.DataAnnotations;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>The <c>Amounts__…</c> settings: the API that knows what customers owe.</summary>
public sealed class AmountsOptions : IValidatableObject
{
    public const string Section = "Amounts";

    public const string BaseUrlSetting = $"{Section}__{nameof(BaseUrl)}";

    /// <summary>Where the API is, such as <c>https://amounts.example.com/v1</c>. Without it invoicing is off.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>How much the API can be asked, <c>permits/seconds</c>; 50/1 when empty. All instances of the app keep it together.</summary>
    public string? RateLimit { get; set; }

    internal Uri Address => TryParse(BaseUrl, out var address) ? address : throw Invalid(nameof(BaseUrl));

    internal RateLimit Limit => Platform.RateLimiting.RateLimit.TryParse(string.IsNullOrEmpty(RateLimit) ? "50/1" : RateLimit, out var limit)
        ? limit
        : throw Invalid(nameof(RateLimit));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The address is not shown: it may carry a password.
        if (!string.IsNullOrWhiteSpace(BaseUrl) && !TryParse(BaseUrl, out _))
        {
            yield return new ValidationResult("Amounts__BaseUrl must be the absolute http or https address of the amount API, without a query.", [nameof(BaseUrl)]);
        }

        if (!string.IsNullOrEmpty(RateLimit) && !Platform.RateLimiting.RateLimit.TryParse(RateLimit, out _))
        {
            yield return new ValidationResult($"Amounts__RateLimit is '{RateLimit}'; allowed is {Platform.RateLimiting.RateLimit.Allowed}.", [nameof(RateLimit)]);
        }
    }

    /// <summary>The address ends with a slash, so that paths are added to it.</summary>
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
