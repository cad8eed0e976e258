using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>The <c>Amounts__…</c> settings: the API that knows what customers owe.</summary>
public sealed class AmountsOptions
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

    /// <summary>The address ends with a slash, so that paths are added to it.</summary>
    internal static bool TryParse(string? text, out Uri address)
    {
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed is { Query: "", Fragment: "" };
        address = isAddress ? new Uri(text!.TrimEnd('/') + "/") : null!;
        return isAddress;
    }

    private static OptionsValidationException Invalid(string setting) => new(Section, typeof(AmountsOptions), [$"Not allowed: {Section}__{setting}"]);
}

internal sealed class AmountsOptionsValidator : IValidateOptions<AmountsOptions>
{
    public ValidateOptionsResult Validate(string? name, AmountsOptions options)
    {
        // The address is not shown: it may carry a password.
        var failures = new List<string>();
        if (!string.IsNullOrWhiteSpace(options.BaseUrl) && !AmountsOptions.TryParse(options.BaseUrl, out _))
        {
            failures.Add("Amounts__BaseUrl must be the absolute http or https address of the amount API, without a query.");
        }

        if (!string.IsNullOrEmpty(options.RateLimit) && !RateLimit.TryParse(options.RateLimit, out _))
        {
            failures.Add($"Amounts__RateLimit is '{options.RateLimit}'; allowed is {RateLimit.Allowed}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
