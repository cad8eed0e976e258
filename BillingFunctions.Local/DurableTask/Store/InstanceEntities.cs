using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>Instances as entities: a main row under an empty row key, and rows of pieces for a large payload.</summary>
internal static class InstanceEntities
{
    public const string MainRow = "";

    private const int MaxInline = 180 * 1024;

    public static TableEntity Write(InstanceRecord instance, List<TableEntity> pieces)
    {
        var entity = new TableEntity(instance.InstanceId, MainRow)
        {
            ["Name"] = instance.Name,
            ["ExecutionId"] = instance.ExecutionId,
            ["CreatedAt"] = instance.CreatedAt,
            ["LastUpdatedAt"] = instance.LastUpdatedAt,
            ["StartAt"] = instance.StartAt,
            ["Status"] = instance.Status.ToString(),
            ["Finished"] = instance.IsFinished,
            ["Parent"] = Json(instance.Parent),
        };
        WritePayload(entity, instance, "Input", instance.Input, pieces);
        WritePayload(entity, instance, "Output", instance.Output, pieces);
        WritePayload(entity, instance, "CustomStatus", instance.CustomStatus, pieces);
        WritePayload(entity, instance, "Failure", Json(instance.Failure), pieces);
        return entity;
    }

    public static async Task<InstanceRecord> ReadAsync(TableEntity entity, Func<string, Task<TableEntity>>? fetch) => new()
    {
        InstanceId = entity.PartitionKey,
        Name = entity.GetString("Name")!,
        ExecutionId = entity.GetString("ExecutionId")!,
        CreatedAt = entity.GetDateTimeOffset("CreatedAt")!.Value,
        LastUpdatedAt = entity.GetDateTimeOffset("LastUpdatedAt")!.Value,
        StartAt = entity.GetDateTimeOffset("StartAt"),
        Status = Enum.Parse<OrchestrationRuntimeStatus>(entity.GetString("Status")!),
        Parent = FromJson<ParentLink>(entity.GetString("Parent")),
        Input = await ReadPayloadAsync(entity, "Input", fetch),
        Output = await ReadPayloadAsync(entity, "Output", fetch),
        CustomStatus = await ReadPayloadAsync(entity, "CustomStatus", fetch),
        Failure = FromJson<TaskFailureDetails>(await ReadPayloadAsync(entity, "Failure", fetch)),
        Version = entity.ETag.ToString(),
    };

    private static void WritePayload(TableEntity entity, InstanceRecord instance, string name, string? text, List<TableEntity> pieces)
    {
        if (text is null)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= MaxInline)
        {
            PieceEntities.Fill(entity, name, bytes);
            return;
        }

        // The execution id keeps the pieces of an earlier instance of this id apart.
        var rows = PieceEntities.Split(instance.InstanceId, i => PieceRow(instance.ExecutionId, name, i), bytes);
        entity[name + "Pieces"] = rows.Count;
        pieces.AddRange(rows);
    }

    private static async Task<string?> ReadPayloadAsync(TableEntity entity, string name, Func<string, Task<TableEntity>>? fetch)
    {
        using var bytes = new MemoryStream();
        PieceEntities.Read(entity, name, bytes);
        var pieces = fetch is null ? 0 : entity.GetInt32(name + "Pieces") ?? 0;
        for (var i = 0; i < pieces; i++)
        {
            PieceEntities.Read(await fetch!(PieceRow(entity.GetString("ExecutionId")!, name, i)), "D", bytes);
        }

        return bytes.Length == 0 ? null : Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string PieceRow(string executionId, string name, int index) => $"{executionId}-{name}-{index:D4}";

    private static string? Json<T>(T? value) => value is null ? null : JsonSerializer.Serialize(value);

    private static T? FromJson<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json);
}
