using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>An instance as others may see it.</summary>
internal static class InstanceSnapshot
{
    public static InstanceRecord Take(InstanceRecord record, InstanceState state) => record with
    {
        Status = state.Status,
        LastUpdatedAt = state.HasBegun ? state.LastAt : record.LastUpdatedAt,
        Input = state.HasBegun ? state.Beginning.Input : record.Input,
        Output = state.Output,
        CustomStatus = state.CustomStatus,
        Failure = state.Failure,
    };

    public static OrchestrationMetadata ToMetadata(this InstanceRecord record, bool withPayloads) => new(record.Name, record.InstanceId)
    {
        RuntimeStatus = record.Status,
        CreatedAt = record.CreatedAt,
        LastUpdatedAt = record.LastUpdatedAt,
        DataConverter = withPayloads ? DurableJson.Converter : null,
        SerializedInput = withPayloads ? record.Input : null,
        SerializedOutput = withPayloads ? record.Output : null,
        SerializedCustomStatus = withPayloads ? record.CustomStatus : null,
        FailureDetails = withPayloads ? record.Failure : null,
    };
}
