using Azure;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The refusals of the service for limits that the emulator does not keep.</summary>
internal static class TableErrors
{
    public static RequestFailedException EntityTooLarge() =>
        Refused("EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");

    public static RequestFailedException PropertyTooLarge(string name) =>
        Refused("PropertyValueTooLarge", $"The property value exceeds the maximum allowed size (64KB). Property: {name}.");

    public static RequestFailedException TooManyProperties() =>
        Refused("TooManyProperties", "The entity contains more properties than allowed. Each entity can include up to 252 properties.");

    public static RequestFailedException PropertyNameTooLong() =>
        Refused("PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).");

    public static RequestFailedException KeyTooLarge(string name) =>
        Refused("KeyValueTooLarge", $"The value of {name} exceeds the maximum allowed size (1KB).");

    public static RequestFailedException KeyOutOfRange(string name) =>
        Refused("OutOfRangeInput", $"The '{name}' parameter is out of range: it has a character that keys may not have.");

    public static RequestFailedException TooManyActions() =>
        Refused("InvalidInput", "The batch request operation exceeds the maximum 100 changes per change set.");

    public static RequestFailedException TwoPartitions() =>
        Refused("CommandsInBatchActOnDifferentPartitions", "All commands in a batch must operate on same entity group.");

    public static RequestFailedException TransactionTooLarge() =>
        new(413, "The request body is too large and exceeds the maximum permissible limit.", "RequestBodyTooLarge", innerException: null);

    private static RequestFailedException Refused(string code, string message) => new(400, message, code, innerException: null);
}
