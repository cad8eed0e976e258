using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Queues;

namespace BillingFunctions.Connectors;

/// <summary>
/// A system that has customers too. Each is registered as a singleton, has a queue <c>connector-{name}</c> with a function that reads it, and is paused, slowed down and
/// given up by itself.
/// </summary>
public interface ICustomerConnector
{
    /// <summary>As routes, queues and settings call it: lower-case letters, digits and hyphens.</summary>
    string Name { get; }

    /// <summary>The settings without which it is off; none when it is on.</summary>
    IReadOnlyList<string> MissingSettings { get; }

    /// <summary>How many customers one call of <see cref="SendAsync"/> may take.</summary>
    int MaxBatch { get; }

    /// <summary>How often a customer is tried, and how long to wait in between, unless <c>Queues__connector-{name}__…</c> says otherwise.</summary>
    RetryPolicy DefaultRetries { get; }

    /// <summary>Whether the system has a field of <see cref="CustomerContent"/>.</summary>
    bool Covers(string field);

    /// <summary>Brings customers in line at the system. May be called again with the same calls: the second time it must not add a customer anew.</summary>
    /// <returns>An outcome for each call, in their order.</returns>
    Task<IReadOnlyList<ConnectorOutcome>> SendAsync(IReadOnlyList<ConnectorCall> calls, CancellationToken cancellationToken);

    /// <summary>Reads customers.</summary>
    /// <param name="remoteIds">Their ids there, at most 100.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>Those that exist, in any order; of one that is deleted there, a snapshot that says so, or none.</returns>
    Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> remoteIds, CancellationToken cancellationToken);

    /// <summary>Counts the customers there that are ours, or may be.</summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    Task<RemoteCount> CountAsync(CancellationToken cancellationToken);
}

/// <summary>How many customers a system has.</summary>
/// <param name="Count">The number.</param>
/// <param name="IsComplete">False when counting was ended early: there are at least so many.</param>
/// <param name="Newest">Some of the newest, to see whether we know them.</param>
public sealed record RemoteCount(long Count, bool IsComplete, IReadOnlyList<CustomerSnapshot> Newest);

/// <summary>What is to be done for a customer at a system.</summary>
public sealed record ConnectorCall
{
    public required ConnectorAction Action { get; init; }

    public required Customer Customer { get; init; }

    /// <summary>The customer's id there; null when it is to be created, or when nobody knows whether it was.</summary>
    public string? RemoteId { get; init; }

    /// <summary>Whether our id is noted there, by which it can be addressed.</summary>
    public bool HasOurId { get; init; }

    /// <summary>The fields to send; null clears one. All of them for a creation.</summary>
    public IReadOnlyDictionary<string, string?> Changes { get; init; } = new Dictionary<string, string?>();

    /// <summary>What the system will have then, in the fields that it covers.</summary>
    public required CustomerContent Target { get; init; }

    /// <summary>The creation that was begun; null for anything else.</summary>
    public BegunCreation? Creation { get; init; }

    /// <summary>Tells this call from another one with the same content, as part of an idempotency key.</summary>
    public required string Key { get; init; }
}

/// <summary>A creation as it was begun. It is repeated as it was, whatever has changed since, until it is known to have been carried out; changes follow by an update.</summary>
/// <param name="Content">What the customer was to have.</param>
/// <param name="At">When it was begun.</param>
/// <param name="Number">How many keys have been used up by failures that the system keeps under them.</param>
/// <param name="IsInDoubt">Whether it may have been carried out under an earlier key: then it is looked for first.</param>
public sealed record BegunCreation(CustomerContent Content, DateTimeOffset At, int Number = 0, bool IsInDoubt = false);

/// <summary>What is done to a customer at a system.</summary>
public enum ConnectorAction
{
    Create,
    Update,
    Delete,
}

/// <summary>What came of a call.</summary>
public abstract record ConnectorOutcome
{
    /// <summary>It is done; the system has this now.</summary>
    public sealed record Done(CustomerSnapshot Snapshot) : ConnectorOutcome;

    /// <summary>An invoice is made.</summary>
    public sealed record Made(string RemoteId) : ConnectorOutcome;

    /// <summary>It is tried again, and the attempt counts.</summary>
    /// <param name="Reason">For people, without secrets.</param>
    /// <param name="IsKept">Whether the system keeps the failure under the key of the call, so that the next attempt needs another one.</param>
    public sealed record Failed(string Reason, bool IsKept = false) : ConnectorOutcome;

    /// <summary>It was not made, because of a limit: it is tried again, and no attempt is spent.</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="RetryAt">When; null when nobody knows.</param>
    public sealed record TurnedAway(string Reason, DateTimeOffset? RetryAt = null) : ConnectorOutcome;

    /// <summary>The system does not take it: it is given up at once.</summary>
    public sealed record Refused(string Reason) : ConnectorOutcome;

    /// <summary>The whole system cannot be used just now: nothing is sent to it for a while, and no attempt is spent.</summary>
    /// <param name="Reason">For people, without secrets.</param>
    /// <param name="For">For how long at least; null for a time that grows with each failure in succession.</param>
    public sealed record Unavailable(string Reason, TimeSpan? For = null) : ConnectorOutcome;
}
