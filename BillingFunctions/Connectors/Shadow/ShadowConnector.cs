using BillingFunctions.Connectors.Invoices;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Queues;
using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Connectors.Shadow;

/// <summary>A connector in shadow mode: reads as the connector itself does, records what that would write, and answers as if it were written.</summary>
/// <param name="inner">The connector.</param>
/// <param name="shadow">Where calls are recorded.</param>
/// <param name="time">The clock.</param>
internal sealed class ShadowConnector(ICustomerConnector inner, ShadowMode shadow, TimeProvider time) : IInvoiceConnector
{
    private readonly ShadowKind _kind = Enum.TryParse<ShadowKind>(inner.Name, ignoreCase: true, out var kind) ? kind : ShadowKind.Connector;

    public string Name => inner.Name;

    public IReadOnlyList<string> MissingSettings => inner.MissingSettings;

    public int MaxBatch => inner.MaxBatch;

    public RetryPolicy DefaultRetries => inner.DefaultRetries;

    public bool TakesInvoices => inner is IInvoiceConnector { TakesInvoices: true };

    public bool Covers(string field) => inner.Covers(field);

    public async Task<IReadOnlyList<ConnectorOutcome>> SendAsync(IReadOnlyList<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        await shadow.RecordAsync(cancellationToken, calls.Select(ActionOf));
        return [.. calls.Select(call => new ConnectorOutcome.Done(SnapshotOf(call, began)))];
    }

    public async Task<ConnectorOutcome> SendAsync(InvoiceCall call, CancellationToken cancellationToken)
    {
        var action = new ShadowAction(_kind, ShadowOperation.CreateInvoice, call.TaskId, KeyOf($"invoice-{call.TaskId}"))
        {
            Amount = new Money(call.Order.Amount, call.Order.Currency),
            Target = call.RemoteCustomerId,
            Detail = call.Order.Description,
        };
        await shadow.RecordAsync(cancellationToken, action);
        return new ConnectorOutcome.Made(ShadowId.Of($"{Name}_invoice", call.TaskId));
    }

    /// <summary>What was only recorded is not there to be read.</summary>
    public Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) =>
        inner.ReadAsync([.. remoteIds.Where(id => !ShadowId.Is(id))], cancellationToken);

    public Task<RemoteCount> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);

    /// <summary>Of connectors without a kind of their own, the name tells one's calls from another's.</summary>
    private string KeyOf(string call) => _kind == ShadowKind.Connector ? $"{Name}-{call}" : call;

    private string RemoteIdOf(ConnectorCall call) => call.RemoteId ?? ShadowId.Of($"{Name}_customer", call.Customer.Id);

    /// <summary>The names of the fields, without their values: those are in the customer's record.</summary>
    private ShadowAction ActionOf(ConnectorCall call)
    {
        var operation = call.Action switch
        {
            ConnectorAction.Create => ShadowOperation.CreateCustomer,
            ConnectorAction.Update => ShadowOperation.UpdateCustomer,
            ConnectorAction.Delete => ShadowOperation.DeleteCustomer,
            _ => throw new ArgumentOutOfRangeException(nameof(call), call.Action, "Not an action"),
        };
        return new ShadowAction(_kind, operation, call.Customer.Id, KeyOf(call.Key))
        {
            Target = RemoteIdOf(call),
            Detail = call.Changes.Count == 0 ? null : string.Join(", ", call.Changes.Keys.Order(StringComparer.Ordinal)),
        };
    }

    private CustomerSnapshot SnapshotOf(ConnectorCall call, DateTimeOffset began)
    {
        var now = time.GetUtcNow();
        return new CustomerSnapshot
        {
            System = Name,
            RemoteId = RemoteIdOf(call),
            OurId = call.Customer.Id,
            Content = call.Target,
            Covers = Covers,
            ChangedAt = now,
            Deleted = call.Action == ConnectorAction.Delete,
            Write = new CompletedWrite(call.Changes, ConnectorPlan.DigestOf(call.Target), began, now),
            Cause = Name,
        };
    }
}
