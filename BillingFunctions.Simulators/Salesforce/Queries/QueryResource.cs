using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Records;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>Answers queries page by page.</summary>
internal sealed class QueryResource(RecordStore store, int pageSize)
{
    private const int SmallestPage = 200;
    private const int LargestPage = 2000;
    private const string BatchSize = "batchSize=";

    private readonly QueryLocators _locators = new();

    public void MapTo(SalesforceApi api)
    {
        api.Map("GET", "/query", call => Start(call, withDeleted: false));
        api.Map("GET", "/queryAll", call => Start(call, withDeleted: true));
        api.Map("GET", "/query/{locator}", Continue);
        api.Map("GET", "/queryAll/{locator}", Continue);
    }

    private SalesforceAnswer Start(SalesforceCall call, bool withDeleted)
    {
        var query = SoqlParser.Parse(call.Query("q") ?? "", store.FindType);
        var found = query.Run(store.Snapshot(query.Type), withDeleted);
        return query.Columns is { } columns
            ? Page(call, new QueryResult(columns, found, PageSizeOf(call)), 0)
            : SalesforceAnswer.Json(200, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("totalSize", found.Count);
                json.WriteBoolean("done", true);
                json.WriteStartArray("records");
                json.WriteEndArray();
                json.WriteEndObject();
            });
    }

    private SalesforceAnswer Continue(SalesforceCall call)
    {
        var (result, start) = _locators.Find(call.Route("locator")) ?? throw new SalesforceRefusalException(SalesforceProblem.InvalidQueryLocator);
        return Page(call, result, start);
    }

    private SalesforceAnswer Page(SalesforceCall call, QueryResult result, int start)
    {
        var end = Math.Min(start + result.PageSize, result.Records.Count);
        return SalesforceAnswer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("totalSize", result.Records.Count);
            json.WriteBoolean("done", end == result.Records.Count);
            if (end < result.Records.Count)
            {
                json.WriteString("nextRecordsUrl", $"/services/data/{call.Version}/query/{_locators.Of(result, end)}");
            }

            json.WriteStartArray("records");
            for (var i = start; i < end; i++)
            {
                RecordJson.Write(json, result.Records[i], call.Version, result.Columns);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private int PageSizeOf(SalesforceCall call)
    {
        var wish = call.Request.Headers["Sforce-Query-Options"].ToString();
        return wish.StartsWith(BatchSize, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(wish.AsSpan(BatchSize.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? Math.Clamp(size, SmallestPage, LargestPage)
                : pageSize;
    }
}
