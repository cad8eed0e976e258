using System.Text.Json;

namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>An answer to a call.</summary>
/// <param name="Body">Empty with 204.</param>
internal sealed record SalesforceAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public static SalesforceAnswer NoContent { get; } = new(204, default);

    /// <summary>The limit that refused the call.</summary>
    public string? LimitedBy { get; init; }

    public static SalesforceAnswer Json(int status, Action<Utf8JsonWriter> write) => new(status, JsonBody.Of(write));

    public static SalesforceAnswer Refuse(SalesforceProblem problem) => Json(problem.Status, json =>
    {
        json.WriteStartArray();
        problem.WriteTo(json);
        json.WriteEndArray();
    });
}
