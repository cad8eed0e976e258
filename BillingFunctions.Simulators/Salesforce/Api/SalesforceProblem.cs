using System.Text.Json;

namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>Why Salesforce refuses a call or a record.</summary>
/// <param name="Status">The HTTP status when the whole call is refused.</param>
internal sealed partial record SalesforceProblem(int Status, string Code, string Message, params IReadOnlyList<string> Fields)
{
    public static SalesforceProblem InvalidSession { get; } = new(401, "INVALID_SESSION_ID", "Session expired or invalid");

    public static SalesforceProblem NotFound { get; } = new(404, "NOT_FOUND", "The requested resource does not exist");

    public static SalesforceProblem ServerUnavailable { get; } = new(503, "SERVER_UNAVAILABLE", "The server is temporarily unavailable. Try again later.");

    public static SalesforceProblem UnknownException { get; } = new(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (1)");

    public static SalesforceProblem NotJson { get; } = new(415, "UNSUPPORTED_MEDIA_TYPE", "Content type of request is not supported. Use application/json.");

    public static SalesforceProblem RequestLimit { get; } = new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");

    public static SalesforceProblem ConcurrentLimit { get; } = new(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");

    public static SalesforceProblem TooManyRecords { get; } = new(400, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 200 records into this call");

    public static SalesforceProblem InvalidQueryLocator { get; } = new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");

    public static SalesforceProblem NoExternalIdField(string name) => new(404, "NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {name}");

    public static SalesforceProblem NoSuchColumn(string name, string type) => new(400, "INVALID_FIELD", $"No such column '{name}' on sobject of type {type}");

    public static SalesforceProblem InBodyAndAddress(string field) => new(400, "INVALID_FIELD", $"The {field} field should not be specified in the sobject data.");

    public static SalesforceProblem UnreadableBody(string reason) => new(400, "JSON_PARSER_ERROR", reason);

    public static SalesforceProblem WrongKind(string kind, JsonElement value) => UnreadableBody(
        $"Cannot deserialize instance of {kind} from {TokenOf(value)} value {value.GetRawText().Trim('"')} or request may be missing a required field at [line:1, column:1]");

    private static string TokenOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "VALUE_STRING",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "VALUE_NUMBER_INT" : "VALUE_NUMBER_FLOAT",
        JsonValueKind.True => "VALUE_TRUE",
        JsonValueKind.False => "VALUE_FALSE",
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.Object => "START_OBJECT",
        _ => "VALUE_NULL",
    };

    /// <summary>Writes it as one of the errors of a refused call.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("message", Message);
        json.WriteString("errorCode", Code);
        if (Fields.Count > 0)
        {
            WriteFields(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes it as one of the errors of a refused record in a collection.</summary>
    public void WriteAsStatusTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("statusCode", Code);
        json.WriteString("message", Message);
        WriteFields(json);
        json.WriteEndObject();
    }

    private void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartArray("fields");
        foreach (var field in Fields)
        {
            json.WriteStringValue(field);
        }

        json.WriteEndArray();
    }
}
