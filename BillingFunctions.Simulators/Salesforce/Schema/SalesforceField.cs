namespace BillingFunctions.Simulators.Salesforce.Schema;

/// <summary>What a field holds.</summary>
public enum FieldKind
{
    /// <summary>Text, which Salesforce trims; an empty text is null.</summary>
    Text = 0,

    /// <summary>A number, kept as <see cref="decimal"/>.</summary>
    Number = 1,

    /// <summary>True or false, never null.</summary>
    Checkbox = 2,

    /// <summary>A time, kept as <see cref="DateTimeOffset"/> in UTC.</summary>
    DateTime = 3,

    /// <summary>Text that has to be an e-mail address.</summary>
    Email = 4,

    /// <summary>The id of a record, kept with 18 characters.</summary>
    Id = 5,
}

/// <summary>A field of an object.</summary>
/// <param name="Name">The API name, such as <c>Billing_Customer_Id__c</c>; case does not count.</param>
public sealed record SalesforceField(string Name, FieldKind Kind = FieldKind.Text)
{
    /// <summary>Whether a record needs a value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether records can be addressed by it.</summary>
    public bool IsExternalId { get; init; }

    /// <summary>Whether no two records have the same value.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Whether a unique text tells <c>ABC</c> from <c>abc</c>; Salesforce does so only for fields declared this way.</summary>
    public bool IsCaseSensitive { get; init; }

    /// <summary>How many characters a text has at most; null is no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether only Salesforce writes it.</summary>
    internal bool IsSystem { get; init; }

    /// <summary>How texts of this field are compared.</summary>
    internal StringComparer Comparer => IsCaseSensitive || Kind == FieldKind.Id ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
}
