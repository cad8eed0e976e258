namespace BillingFunctions.Simulators.Salesforce.Schema;

/// <summary>The fields that every object has and only Salesforce writes.</summary>
public static class SystemFields
{
    public const string CreatedDate = "CreatedDate";
    public const string CreatedById = "CreatedById";
    public const string LastModifiedDate = "LastModifiedDate";
    public const string LastModifiedById = "LastModifiedById";
    public const string SystemModstamp = "SystemModstamp";
    public const string IsDeleted = "IsDeleted";

    internal static SalesforceField Id { get; } = new("Id", FieldKind.Id) { IsSystem = true };

    internal static IReadOnlyList<SalesforceField> Others { get; } =
    [
        new(IsDeleted, FieldKind.Checkbox) { IsSystem = true },
        new(CreatedDate, FieldKind.DateTime) { IsSystem = true },
        new(CreatedById, FieldKind.Id) { IsSystem = true },
        new(LastModifiedDate, FieldKind.DateTime) { IsSystem = true },
        new(LastModifiedById, FieldKind.Id) { IsSystem = true },
        new(SystemModstamp, FieldKind.DateTime) { IsSystem = true },
    ];
}
