using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>Customers as Salesforce has them: which of its fields is which of ours, and how records are read.</summary>
public sealed class SalesforceRecords(SalesforceClient client, IOptions<SalesforceOptions> options, TimeProvider time)
{
    public const string System = "salesforce";

    private const string Modified = "SystemModstamp";
    private const int NewestCount = 100;

    private readonly IReadOnlyDictionary<string, string> _map = options.Value.CustomerMap;

    private string Type => options.Value.Object;

    private string ExternalId => options.Value.ExternalIdField;

    private string Fields => string.Join(", ", [.. new[] { "Id", ExternalId, Modified }.Concat(_map.Values).Distinct()]);

    /// <summary>Whether a field of ours is mapped.</summary>
    internal bool Covers(string field) => _map.ContainsKey(field);

    /// <summary>The record that a call is to write: with our id, and with its own when it is addressed by that.</summary>
    internal JsonObject RecordOf(ConnectorCall call)
    {
        var record = new JsonObject { [ExternalId] = call.Customer.Id };
        if (call is { RemoteId: { } id, HasOurId: false })
        {
            record["id"] = id;
        }

        foreach (var (field, value) in call.Changes.Where(change => Covers(change.Key)))
        {
            record[_map[field]] = value;
        }

        return record;
    }

    /// <summary>Reads records by their ids, at most 100.</summary>
    /// <exception cref="SalesforceException">A call has failed.</exception>
    internal async Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        var wanted = ids.Select(SalesforceId.Long).Distinct().ToList();
        return wanted.Count == 0 ? [] : await client
            .QueryAsync($"SELECT {Fields} FROM {Type} WHERE Id IN ({string.Join(',', wanted.Select(SalesforceClient.Quote))})", cancellationToken)
            .Select(record => Read(record, readAt)).ToListAsync(cancellationToken);
    }

    /// <summary>Records that were changed since a time, the oldest change first.</summary>
    /// <exception cref="SalesforceException">A call has failed.</exception>
    internal IAsyncEnumerable<CustomerSnapshot> ReadChangesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        var from = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return client.QueryAsync($"SELECT {Fields} FROM {Type} WHERE {Modified} >= {from} ORDER BY {Modified} ASC", cancellationToken).Select(record => Read(record, readAt));
    }

    /// <summary>Salesforce's ids by ours, of the records that have one of these.</summary>
    /// <exception cref="SalesforceException">A call has failed.</exception>
    internal async Task<IReadOnlyDictionary<string, string>> FindIdsAsync(IReadOnlyList<string> ourIds, CancellationToken cancellationToken)
    {
        var soql = $"SELECT Id, {ExternalId} FROM {Type} WHERE {ExternalId} IN ({string.Join(',', ourIds.Select(SalesforceClient.Quote))})";
        return await client.QueryAsync(soql, cancellationToken).ToDictionaryAsync(record => record.Text(ExternalId)!, record => SalesforceId.Long(record.Text("Id")!), cancellationToken: cancellationToken);
    }

    /// <summary>Counts the records that have our id, and reads some of the newest.</summary>
    /// <exception cref="SalesforceException">A call has failed.</exception>
    internal async Task<RemoteCount> CountAsync(CancellationToken cancellationToken)
    {
        var count = await client.CountAsync($"SELECT COUNT() FROM {Type} WHERE {ExternalId} != null", cancellationToken);
        var readAt = time.GetUtcNow();
        var newest = await client.QueryAsync($"SELECT {Fields} FROM {Type} ORDER BY CreatedDate DESC LIMIT {NewestCount}", cancellationToken)
            .Select(record => Read(record, readAt)).ToListAsync(cancellationToken);
        return new RemoteCount(count, IsComplete: true, newest);
    }

    private CustomerSnapshot Read(JsonElement record, DateTimeOffset readAt) => new()
    {
        System = System,
        RemoteId = SalesforceId.Long(record.Text("Id") ?? throw new InvalidDataException("A record of Salesforce has no Id.")),
        OurId = record.Text(ExternalId) is { Length: > 0 } ourId && TableKey.IsValid(ourId) ? ourId : null,
        Content = CustomerContent.From(_map.Select(field => new KeyValuePair<string, string?>(field.Key, record.Text(field.Value)))),
        Covers = Covers,

        // Salesforce writes 2026-03-01T12:00:00.000+0000.
        ChangedAt = DateTimeOffset.TryParse(record.Text(Modified), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var changed) ? changed : readAt,
        ReadAt = readAt,
        Cause = System,
    };
}
