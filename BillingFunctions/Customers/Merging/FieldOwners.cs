using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Customers.Merging;

/// <summary>The <c>Sync__Owners__{field}</c> settings: which system decides a field when two have set it.</summary>
public sealed class FieldOwners : IValidatableObject
{
    public const string Section = "Sync";

    /// <summary>The newest change decides.</summary>
    internal const string Newest = "newest";

    private const string AllMetadata = "metadata";

    private static readonly string[] Fields = [CustomerContent.NameField, CustomerContent.EmailField, CustomerContent.PhoneField, AllMetadata];

    /// <summary>
    /// By field, <c>name</c>, <c>email</c>, <c>phone</c> or <c>metadata</c>: the name of a system such as <c>stripe</c>, <c>api</c> for requests to our API, or <c>newest</c>
    /// (default).
    /// </summary>
    public Dictionary<string, string> Owners { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a value that a system has set takes the place of the present one. Where there is none, any value is better.</summary>
    /// <param name="field">The name of the field, such as <c>email</c>.</param>
    /// <param name="theirs">Who has set the new value, and when.</param>
    /// <param name="present">Who has set the present one, and when.</param>
    /// <param name="hasValue">Whether the field has a value.</param>
    internal bool Accept(string field, FieldStamp theirs, FieldStamp present, bool hasValue)
    {
        var owner = OwnerOf(field);
        return owner == Newest ? theirs.At >= present.At || theirs.By == present.By : owner == theirs.By || !hasValue || present.By == Customer.FromUpload;
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var field in Owners.Keys.Where(field => !Fields.Contains(field, StringComparer.OrdinalIgnoreCase)))
        {
            yield return new ValidationResult($"Sync__Owners__{field} is set; fields that can have an owner are {string.Join(", ", Fields)}.");
        }
    }

    private string OwnerOf(string field) =>
        Owners.GetValueOrDefault(field.StartsWith(CustomerContent.MetadataPrefix, StringComparison.Ordinal) ? AllMetadata : field, Newest).ToLowerInvariant();
}

[OptionsValidator]
internal sealed partial class FieldOwnersValidator : IValidateOptions<FieldOwners>;
