using System.Text.Json;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>Writes up to 200 records a call, each with a result of its own.</summary>
internal sealed class CollectionResource(RecordStore store, RecordWriter writer)
{
    private const int MostRecords = 200;
    private const string Path = "/composite/sobjects";

    public void MapTo(SalesforceApi api)
    {
        api.Map("POST", Path, Insert);
        api.Map("PATCH", Path, Update);
        api.Map("DELETE", Path, Delete);
        api.Map("PATCH", Path + "/{type}/{field}", Upsert);
    }

    private SalesforceAnswer Insert(SalesforceCall call)
    {
        var (records, allOrNone) = Read(call, record => IncomingRecord.TypeNameOf(record));
        return Write(call, records, allOrNone, writer.Insert);
    }

    private SalesforceAnswer Update(SalesforceCall call)
    {
        var (records, allOrNone) = Read(call, record => IncomingRecord.TypeNameOf(record));
        return Write(call, records, allOrNone, (transaction, record) => writer.Update(transaction, record.Type, record.Id, record.Values));
    }

    private SalesforceAnswer Upsert(SalesforceCall call)
    {
        var type = store.FindType(call.Route("type")) ?? throw new SalesforceRefusalException(SalesforceProblem.NotFound);
        var column = ExternalIds.ColumnOf(type, call.Route("field"));
        var (records, allOrNone) = Read(call, record => TypeIn(record, type));
        var seen = new HashSet<string>(type.Fields[column].Comparer);
        return Write(call, records, allOrNone, (transaction, record) =>
        {
            var key = column == 0 ? record.Id : record.Values.GetValueOrDefault(column);
            return key?.ToString() is { } text && !seen.Add(text)
                ? throw new SalesforceRefusalException(SalesforceProblem.DuplicateInCall(text))
                : writer.Upsert(transaction, record, column, key);
        });
    }

    private SalesforceAnswer Delete(SalesforceCall call)
    {
        var ids = (call.Query("ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Count(ids.Length);
        return Write(call, ids, string.Equals(call.Query("allOrNone"), "true", StringComparison.OrdinalIgnoreCase), (transaction, id) =>
        {
            var type = store.FindTypeOf(id) ?? throw new SalesforceRefusalException(SalesforceProblem.MalformedId("Entity", id));
            return writer.Delete(transaction, type, id);
        });
    }

    private SalesforceAnswer Write<T>(SalesforceCall call, IReadOnlyList<T> records, bool allOrNone, Func<RecordTransaction, T, WriteResult> write)
    {
        call.Recorded.Records = records.Count;
        var results = store.Run(call.UserId, transaction =>
        {
            var results = records.Select(record => TryWrite(() => write(transaction, record))).ToList();
            return allOrNone && results.Exists(result => result.Problem is not null) ? TakeBack(transaction, results) : results;
        });
        return SalesforceAnswer.Json(200, json =>
        {
            json.WriteStartArray();
            results.ForEach(result => result.WriteTo(json));
            json.WriteEndArray();
        });
    }

    private static WriteResult TryWrite(Func<WriteResult> write)
    {
        try
        {
            return write();
        }
        catch (SalesforceRefusalException refusal)
        {
            return WriteResult.Refused(refusal.Problem);
        }
    }

    private static List<WriteResult> TakeBack(RecordTransaction transaction, List<WriteResult> results)
    {
        transaction.RollBack();
        return results.ConvertAll(result => result.Problem is null ? WriteResult.Refused(SalesforceProblem.RolledBack) : result);
    }

    private (List<IncomingRecord> Records, bool AllOrNone) Read(SalesforceCall call, Func<JsonElement, string?> typeNameOf)
    {
        var body = call.Json();
        if (!body.TryGetProperty("records", out var records) || records.ValueKind != JsonValueKind.Array)
        {
            throw new SalesforceRefusalException(SalesforceProblem.UnreadableBody("The body needs an array of records."));
        }

        var allOrNone = body.TryGetProperty("allOrNone", out var value) && value.ValueKind == JsonValueKind.True;
        Count(records.GetArrayLength());
        return ([.. records.EnumerateArray().Select(record => ReadRecord(record, typeNameOf))], allOrNone);
    }

    private IncomingRecord ReadRecord(JsonElement record, Func<JsonElement, string?> typeNameOf)
    {
        var name = typeNameOf(record) ?? throw new SalesforceRefusalException(SalesforceProblem.NoType);
        var type = store.FindType(name) ?? throw new SalesforceRefusalException(SalesforceProblem.UnknownType(name));
        return IncomingRecord.Read(type, record);
    }

    private static string? TypeIn(JsonElement record, SalesforceObject expected)
    {
        var name = IncomingRecord.TypeNameOf(record);
        return name is null || string.Equals(name, expected.Name, StringComparison.OrdinalIgnoreCase)
            ? name
            : throw new SalesforceRefusalException(SalesforceProblem.WrongType(expected.Name, name));
    }

    private static void Count(int records)
    {
        if (records > MostRecords)
        {
            throw new SalesforceRefusalException(SalesforceProblem.TooManyRecords);
        }
    }
}
