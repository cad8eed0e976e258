namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>Why Salesforce refuses a single record.</summary>
internal sealed partial record SalesforceProblem
{
    public static SalesforceProblem NoSuchRecord { get; } = new(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");

    public static SalesforceProblem Deleted { get; } = new(404, "ENTITY_IS_DELETED", "entity is deleted");

    public static SalesforceProblem NoId { get; } = new(400, "MISSING_ARGUMENT", "Id not specified in an update call");

    public static SalesforceProblem IdGiven { get; } = new(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id");

    public static SalesforceProblem NoType { get; } = new(400, "INVALID_TYPE", "The record has no attributes with a type");

    public static SalesforceProblem RolledBack { get; } = new(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header");

    public static SalesforceProblem LockedRow { get; } = new(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");

    public static SalesforceProblem MalformedId(string type, string id) => new(400, "MALFORMED_ID", $"{type} ID: id value of incorrect type: {id}", "Id");

    public static SalesforceProblem NoExternalId(string field) => new(400, "MISSING_ARGUMENT", $"{field} not specified");

    public static SalesforceProblem DuplicateInCall(string value) => new(400, "DUPLICATE_VALUE", $"Duplicate external id specified: {value}");

    public static SalesforceProblem Ambiguous(string field, IEnumerable<string> ids)
        => new(300, "DUPLICATE_EXTERNAL_ID", $"{field}: more than one record found for external id field: [{string.Join(", ", ids)}]");

    public static SalesforceProblem UnknownType(string name) => new(400, "INVALID_TYPE", $"sObject type '{name}' is not supported.");

    public static SalesforceProblem WrongType(string expected, string actual)
        => new(400, "INVALID_TYPE", $"The type of the record is {actual}, but the call is for {expected}");

    public static SalesforceProblem DuplicateValue(string field, string other)
        => new(400, "DUPLICATE_VALUE", $"duplicate value found: {field} duplicates value on record with id: {other}");

    public static SalesforceProblem RequiredMissing(params IReadOnlyList<string> fields)
        => new(400, "REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", fields)}]", fields);

    public static SalesforceProblem ReadOnly(string field) => new(400, "INVALID_FIELD_FOR_INSERT_UPDATE",
        $"Unable to create/update fields: {field}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        field);

    public static SalesforceProblem TooLong(string field, string value, int length)
        => new(400, "STRING_TOO_LONG", $"{field}: data value too large: {value} (max length={length})", field);

    public static SalesforceProblem InvalidEmail(string field, string value)
        => new(400, "INVALID_EMAIL_ADDRESS", $"{field}: invalid email address: {value}", field);
}
