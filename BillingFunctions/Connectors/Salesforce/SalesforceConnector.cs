using System.Text.Json.Nodes;
using BillingFunctions.Connectors.Invoices;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Queues;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>
/// Customers in Salesforce, as records of the configured object with our id in its external id field. By that they are added and changed, 200 in a call, so that a repeated call
/// adds none twice. A record that was made in Salesforce is changed by its own id, and gets ours with that.
/// </summary>
public sealed class SalesforceConnector(SalesforceClient client, SalesforceRecords records, IOptions<SalesforceOptions> options, TimeProvider time) : IInvoiceConnector
{
    /// <summary>Refusals of a record that pass by themselves.</summary>
    private static readonly string[] Passing = ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT"];

    public string Name => SalesforceRecords.System;

    public IReadOnlyList<string> MissingSettings => options.Value.Missing;

    public int MaxBatch => SalesforceClient.MaxRecords;

    public RetryPolicy DefaultRetries { get; } = new(
        MaxAttempts: 8, [.. new[] { 2, 5, 15, 60, 300, 900, 3600 }.Select(seconds => TimeSpan.FromSeconds(seconds))]);

    public bool TakesInvoices => !string.IsNullOrEmpty(options.Value.InvoiceObject);

    public bool Covers(string field) => records.Covers(field);

    public async Task<IReadOnlyList<ConnectorOutcome>> SendAsync(IReadOnlyList<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var outcomes = new ConnectorOutcome[calls.Count];
        foreach (var group in calls.Index().GroupBy(call => KindOf(call.Item)))
        {
            List<(int Index, ConnectorCall Item)> members = [.. group];
            var results = await SendAsync(group.Key, members.ConvertAll(member => member.Item), cancellationToken);
            foreach (var (member, outcome) in members.Zip(results))
            {
                outcomes[member.Index] = outcome;
            }
        }

        return outcomes;
    }

    public async Task<ConnectorOutcome> SendAsync(InvoiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            var record = new JsonObject { [options.Value.InvoiceExternalIdField] = call.TaskId };
            foreach (var (field, name) in options.Value.InvoiceMap)
            {
                record[name] = field switch
                {
                    "customer_id" => call.CustomerId,
                    "salesforce_customer_id" => call.RemoteCustomerId,
                    "amount" => new Money(call.Order.Amount, call.Order.Currency).ToMajorUnits(),
                    "currency" => call.Order.Currency.ToUpperInvariant(),
                    "description" => call.Order.Description,
                    _ => throw new InvalidOperationException($"{field} cannot be mapped."),
                };
            }

            var result = (await client.UpsertAsync(options.Value.InvoiceObject!, options.Value.InvoiceExternalIdField, [record], cancellationToken))[0];
            return result is { IsSuccess: true, Id: { } id } ? new ConnectorOutcome.Made(id) : Refusal(result);
        }
        catch (SalesforceException failure)
        {
            return OutcomeOf(failure);
        }
    }

    public Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) => records.ReadAsync(remoteIds, cancellationToken);

    public Task<RemoteCount> CountAsync(CancellationToken cancellationToken) => records.CountAsync(cancellationToken);

    private static CallKind KindOf(ConnectorCall call) => call switch
    {
        { Action: ConnectorAction.Delete, RemoteId: null } => CallKind.FindAndDelete,
        { Action: ConnectorAction.Delete } => CallKind.Delete,
        { RemoteId: not null, HasOurId: false } => CallKind.UpdateById,
        _ => CallKind.Upsert,
    };

    private static ConnectorOutcome Refusal(RecordResult result) =>
        Passing.Contains(result.Code) ? new ConnectorOutcome.Failed(result.Error!) : new ConnectorOutcome.Refused(result.Error!);

    /// <summary>Whatever meets the call as a whole would meet each of its customers: none is to blame.</summary>
    private static ConnectorOutcome OutcomeOf(SalesforceException failure) =>
        failure.Failure == SalesforceFailure.TurnedAway ? new ConnectorOutcome.TurnedAway(failure.Message, failure.RetryAt) : new ConnectorOutcome.Unavailable(failure.Message);

    private async Task<IReadOnlyList<ConnectorOutcome>> SendAsync(CallKind kind, List<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        try
        {
            if (kind == CallKind.FindAndDelete)
            {
                calls = await WithIdsAsync(calls, cancellationToken);
            }

            var results = kind switch
            {
                CallKind.Upsert => await client.UpsertAsync(options.Value.Object, options.Value.ExternalIdField, calls.Select(call => records.RecordOf(call)), cancellationToken),
                CallKind.UpdateById => await client.UpdateAsync(options.Value.Object, calls.Select(call => records.RecordOf(call)), cancellationToken),
                _ => await DeleteAsync(calls, cancellationToken),
            };
            return [.. calls.Zip(results, (call, result) => OutcomeOf(call, result, began))];
        }
        catch (SalesforceException failure)
        {
            return [.. calls.Select(_ => OutcomeOf(failure))];
        }
    }

    private ConnectorOutcome OutcomeOf(ConnectorCall call, RecordResult result, DateTimeOffset began) => result is { IsSuccess: true, Id: { } id }
        ? new ConnectorOutcome.Done(new CustomerSnapshot
        {
            System = Name,
            RemoteId = id.Length > 0 ? SalesforceId.Long(id) : "",
            OurId = call.Customer.Id,
            Content = call.Target,
            Covers = Covers,
            ChangedAt = began,
            Deleted = call.Action == ConnectorAction.Delete,
            Write = new CompletedWrite(call.Changes, ConnectorPlan.DigestOf(call.Target), began, time.GetUtcNow()),
            Cause = Name,
        })
        : Refusal(result);

    /// <summary>Deletes what is there; what is gone already is as good as deleted.</summary>
    private async Task<IReadOnlyList<RecordResult>> DeleteAsync(List<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var ids = calls.Select(call => call.RemoteId).OfType<string>().ToList();
        var results = ids.Zip(ids.Count == 0 ? [] : await client.DeleteAsync(ids, cancellationToken))
            .ToDictionary(result => result.First, result => result.Second.Code is "ENTITY_IS_DELETED" or "INVALID_CROSS_REFERENCE_KEY" or "NOT_FOUND" ? Gone(result.First) : result.Second);
        return [.. calls.Select(call => call.RemoteId is { } id ? results[id] : Gone(""))];

        static RecordResult Gone(string id) => new(id, IsSuccess: true, Error: null, Code: null);
    }

    /// <summary>The calls with the ids of records that a call whose answer was lost may have added.</summary>
    private async Task<List<ConnectorCall>> WithIdsAsync(List<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var found = await records.FindIdsAsync(calls.ConvertAll(call => call.Customer.Id), cancellationToken);
        return calls.ConvertAll(call => call with { RemoteId = found.GetValueOrDefault(call.Customer.Id) });
    }

    private enum CallKind
    {
        Upsert,
        UpdateById,
        Delete,
        FindAndDelete,
    }
}
