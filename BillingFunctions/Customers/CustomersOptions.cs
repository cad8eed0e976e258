using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Customers;

/// <summary>The <c>Customers__…</c> settings.</summary>
public sealed class CustomersOptions : IValidatableObject
{
    public const string Section = "Customers";

    private const int MaxKey = 40;

    /// <summary>The key of the metadata of a Stripe customer under which our id stands, at most 40 characters.</summary>
    public string IdMetadataKey { get; set; } = "billing_customer_id";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IdMetadataKey.Length is 0 or > MaxKey || IdMetadataKey.Any(letter => char.IsControl(letter) || letter is '[' or ']'))
        {
            yield return new ValidationResult($"Customers__IdMetadataKey is '{IdMetadataKey}'; it must have 1 to {MaxKey} characters without square brackets, as Stripe allows for a key of metadata.", [nameof(IdMetadataKey)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class CustomersOptionsValidator : IValidateOptions<CustomersOptions>;
