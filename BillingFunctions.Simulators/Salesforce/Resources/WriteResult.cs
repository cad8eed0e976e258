using System.Text.Json;
using BillingFunctions.Simulators.Salesforce.Api;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>What came of writing one record.</summary>
/// <param name="Id">The record's id; null when none was written.</param>
/// <param name="IsCreated">Whether an upsert created it; null for any other write.</param>
internal sealed record WriteResult(string? Id, bool? IsCreated = null, SalesforceProblem? Problem = null)
{
    public static WriteResult Refused(SalesforceProblem problem, string? id = null) => new(id, Problem: problem);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Id is not null)
        {
            json.WriteString("id", Id);
        }

        json.WriteBoolean("success", Problem is null);
        json.WriteStartArray("errors");
        Problem?.WriteAsStatusTo(json);
        json.WriteEndArray();
        if (IsCreated is { } isCreated)
        {
            json.WriteBoolean("created", isCreated);
        }

        json.WriteEndObject();
    }
}
