using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>Reads and writes one record a call, by its id or an external id.</summary>
internal sealed class RecordResource(RecordStore store, RecordWriter writer)
{
    private const string ById = "/sobjects/{type}/{id}";
    private const string ByKey = "/sobjects/{type}/{field}/{value}";

    public void MapTo(SalesforceApi api)
    {
        api.Map("POST", "/sobjects/{type}", Insert);
        api.Map("GET", ById, call => Get(call, ReadId));
        api.Map("PATCH", ById, Update);
        api.Map("DELETE", ById, call => Delete(call, ReadId));
        api.Map("GET", ByKey, call => Get(call, ReadKey));
        api.Map("PATCH", ByKey, Upsert);
        api.Map("DELETE", ByKey, call => Delete(call, ReadKey));
    }

    private SalesforceAnswer Insert(SalesforceCall call)
    {
        var incoming = Read(call);
        var result = store.Run(call.UserId, transaction => writer.Insert(transaction, incoming));
        return SalesforceAnswer.Json(201, result.WriteTo);
    }

    private SalesforceAnswer Get(SalesforceCall call, Func<RecordTransaction, SalesforceCall, SalesforceObject, string> idOf)
    {
        var type = TypeOf(call);
        var columns = call.Query("fields")?.Split(',', StringSplitOptions.TrimEntries).Select(name => ColumnOf(type, name)).ToList();
        var record = store.Run(call.UserId, transaction => transaction.Find(type, idOf(transaction, call, type)));
        return record is { IsDeleted: false }
            ? SalesforceAnswer.Json(200, json => RecordJson.Write(json, record, call.Version, columns))
            : SalesforceAnswer.Refuse(SalesforceProblem.NotFound);
    }

    private SalesforceAnswer Update(SalesforceCall call)
    {
        var incoming = Read(call);
        RefuseInBody(incoming, 0);
        store.Run(call.UserId, transaction => writer.Update(transaction, incoming.Type, call.Route("id"), incoming.Values));
        return SalesforceAnswer.NoContent;
    }

    private SalesforceAnswer Upsert(SalesforceCall call)
    {
        var incoming = Read(call);
        var column = ExternalIds.ColumnOf(incoming.Type, call.Route("field"));
        RefuseInBody(incoming, column);
        var key = KeyOf(incoming.Type, column, call.LastSegment());
        var whole = column == 0
            ? incoming with { Id = call.LastSegment() }
            : incoming with { Values = new Dictionary<int, object?>(incoming.Values) { [column] = key } };
        var result = store.Run(call.UserId, transaction => writer.Upsert(transaction, whole, column, key));
        return SalesforceAnswer.Json(result.IsCreated == true ? 201 : 200, result.WriteTo);
    }

    private SalesforceAnswer Delete(SalesforceCall call, Func<RecordTransaction, SalesforceCall, SalesforceObject, string> idOf)
    {
        call.Recorded.Records = 1;
        var type = TypeOf(call);
        store.Run(call.UserId, transaction => writer.Delete(transaction, type, idOf(transaction, call, type)));
        return SalesforceAnswer.NoContent;
    }

    private IncomingRecord Read(SalesforceCall call)
    {
        call.Recorded.Records = 1;
        return IncomingRecord.Read(TypeOf(call), call.Json());
    }

    private SalesforceObject TypeOf(SalesforceCall call)
        => store.FindType(call.Route("type")) ?? throw new SalesforceRefusalException(SalesforceProblem.NotFound);

    private static string ReadId(RecordTransaction transaction, SalesforceCall call, SalesforceObject type) => RecordWriter.IdOf(type, call.Route("id"));

    private static string ReadKey(RecordTransaction transaction, SalesforceCall call, SalesforceObject type)
    {
        var column = ExternalIds.ColumnOf(type, call.Route("field"));
        if (column == 0)
        {
            return RecordWriter.IdOf(type, call.LastSegment());
        }

        var found = transaction.FindBy(type, column, KeyOf(type, column, call.LastSegment()));
        return found.Count switch
        {
            0 => throw new SalesforceRefusalException(SalesforceProblem.NotFound),
            1 => found[0].Id,
            _ => throw new SalesforceRefusalException(SalesforceProblem.Ambiguous(type.Fields[column].Name, found.Select(record => record.Id))),
        };
    }

    private static object KeyOf(SalesforceObject type, int column, string text)
        => type.Fields[column].Kind == FieldKind.Number && decimal.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : StoredText.Of(text) ?? throw new SalesforceRefusalException(SalesforceProblem.NotFound);

    private static int ColumnOf(SalesforceObject type, string name)
        => type.ColumnOf(name) ?? throw new SalesforceRefusalException(SalesforceProblem.NoSuchColumn(name, type.Name));

    private static void RefuseInBody(IncomingRecord incoming, int column)
    {
        if (incoming.Id is not null || incoming.Values.ContainsKey(column))
        {
            var name = incoming.Id is null ? incoming.Type.Fields[column].Name : "Id";
            throw new SalesforceRefusalException(SalesforceProblem.InBodyAndAddress(name));
        }
    }
}
