using BillingFunctions.Connectors;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Queues;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A connector as somebody would write it for a third system. docs/connectors.md goes through it step by step.</summary>
/// <param name="ledger">The system.</param>
/// <param name="maxBatch">How many customers a call takes.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerConnectorFake(LedgerFake ledger, int maxBatch, TimeProvider time) : ICustomerConnector
{
    /// <summary>How long calls are turned away for.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);

    public string Name => ledger.Name;

    public IReadOnlyList<string> MissingSettings { get; set; } = [];

    public int MaxBatch => maxBatch;

    public RetryPolicy DefaultRetries { get; } = new(MaxAttempts: 3, [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)]);

    /// <summary>Whether the ledger has a place for every field; by default it has two.</summary>
    public bool CoversAll { get; set; }

    public bool Covers(string field) => field is CustomerContent.NameField or CustomerContent.EmailField || (CoversAll && field != CustomerContent.StripeIdField);

    public async Task<IReadOnlyList<ConnectorOutcome>> SendAsync(IReadOnlyList<ConnectorCall> calls, CancellationToken cancellationToken)
    {
        var faults = ledger.Receive(calls);
        return await Task.WhenAll(calls.Zip(faults, SendAsync));
    }

    public Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> remoteIds, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        return Task.FromResult<IReadOnlyList<CustomerSnapshot>>([.. remoteIds.Select(ledger.Find).OfType<LedgerAccount>().Select(account => SnapshotOf(account) with { ReadAt = readAt })]);
    }

    public Task<RemoteCount> CountAsync(CancellationToken cancellationToken) => Task.FromResult(new RemoteCount(ledger.Open.Count, IsComplete: true, [.. ledger.Open.Select(SnapshotOf)]));

    /// <summary>An account as the app is told of it.</summary>
    public CustomerSnapshot SnapshotOf(LedgerAccount account) => new()
    {
        System = Name,
        RemoteId = account.Id,
        OurId = account.OurId,
        Content = account.Content,
        Covers = Covers,
        ChangedAt = account.ChangedAt,
        Deleted = account.IsClosed,
        Cause = Name,
    };

    private async Task<ConnectorOutcome> SendAsync(ConnectorCall call, LedgerFault fault)
    {
        var began = time.GetUtcNow();
        await ledger.Before(call);
        switch (fault)
        {
            case LedgerFault.Fail:
                return new ConnectorOutcome.Failed("The ledger answered 503.");
            case LedgerFault.FailKept:
                return new ConnectorOutcome.Failed("The ledger answered 500.", IsKept: true);
            case LedgerFault.TurnAway:
                return new ConnectorOutcome.TurnedAway("The ledger answered 429.", time.GetUtcNow() + Wait);
            case LedgerFault.Refuse:
                return new ConnectorOutcome.Refused("The ledger answered 422.");
            case LedgerFault.BeDown:
                return new ConnectorOutcome.Unavailable("The ledger is closed for the night.");
        }

        var account = Carry(call);
        await ledger.After(call);
        if (fault == LedgerFault.LoseAnswer)
        {
            return new ConnectorOutcome.Failed("The ledger did not answer in time.");
        }

        var write = new CompletedWrite(call.Changes, ConnectorPlan.DigestOf(call.Target), began, time.GetUtcNow());
        return new ConnectorOutcome.Done((account is null ? Nothing(call) : SnapshotOf(account)) with { OurId = call.Customer.Id, Write = write });
    }

    private LedgerAccount? Carry(ConnectorCall call) => call switch
    {
        { Action: ConnectorAction.Create, Creation.IsInDoubt: true } when ledger.FindByOwner(call.Customer.Id) is { } made => made,
        { Action: ConnectorAction.Create } => ledger.Create(call.Key, call.Customer.Id, call.Target),
        { Action: ConnectorAction.Update } => ledger.Change(call.RemoteId!, call.Changes, call.Customer.Id),
        { Action: ConnectorAction.Delete } => (call.RemoteId ?? ledger.FindByOwner(call.Customer.Id)?.Id) is { } id ? ledger.Close(id) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Action, "Not an action"),
    };

    /// <summary>What was to be deleted, and was never made.</summary>
    private CustomerSnapshot Nothing(ConnectorCall call) => new()
    {
        System = Name,
        RemoteId = "",
        Content = call.Target,
        Covers = Covers,
        ChangedAt = time.GetUtcNow(),
        Deleted = true,
        Cause = Name,
    };
}
