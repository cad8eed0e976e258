using System.Collections.Concurrent;
using BillingFunctions.Connectors;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Testing.Fakes;

/// <summary>
/// A system with customers, in memory: accounts, each with the number of whoever asked for it. It carries out a creation once a key, and keeps some failures under the key, as
/// Stripe does: a creation that comes under another key makes a second account.
/// </summary>
internal sealed class LedgerFake(string name, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<ConnectorCall> _calls = new();
    private readonly Dictionary<string, LedgerAccount> _accounts = [];
    private readonly Dictionary<string, string?> _keys = [];

    public string Name => name;

    /// <summary>All calls that have arrived, also those that came to nothing.</summary>
    public IReadOnlyList<ConnectorCall> Calls => [.. _calls];

    /// <summary>How many batches have arrived.</summary>
    public int Batches { get; private set; }

    /// <summary>The accounts that are not closed.</summary>
    public IReadOnlyList<LedgerAccount> Open
    {
        get
        {
            lock (_lock)
            {
                return [.. _accounts.Values.Where(account => !account.IsClosed)];
            }
        }
    }

    /// <summary>What becomes of the n-th call, from 1; it is carried out by default.</summary>
    public Func<int, ConnectorCall, LedgerFault> FaultOf { get; set; } = (_, _) => LedgerFault.None;

    /// <summary>What it makes of a content that it is sent; nothing by default.</summary>
    public Func<CustomerContent, CustomerContent> Rewrite { get; set; } = content => content;

    /// <summary>What happens while a call is under way, before it is carried out.</summary>
    public Func<ConnectorCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>What happens after a call was carried out, before it is answered.</summary>
    public Func<ConnectorCall, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>The account, be it closed.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public LedgerAccount Account(string id)
    {
        lock (_lock)
        {
            return _accounts[id];
        }
    }

    public LedgerAccount? Find(string id)
    {
        lock (_lock)
        {
            return _accounts.GetValueOrDefault(id);
        }
    }

    /// <summary>The open account with our id.</summary>
    public LedgerAccount? FindByOwner(string ourId) => Open.FirstOrDefault(account => account.OurId == ourId);

    /// <summary>Opens an account, once a key.</summary>
    public LedgerAccount Create(string? key, string? ourId, CustomerContent content)
    {
        lock (_lock)
        {
            if (key is not null && _keys.TryGetValue(key, out var made))
            {
                return _accounts[made ?? throw new InvalidOperationException($"A failure is kept under {key}.")];
            }

            var account = new LedgerAccount($"{name}_{_accounts.Count + 1}", ourId, Rewrite(content), time.GetUtcNow());
            if (key is not null)
            {
                _keys[key] = account.Id;
            }

            return _accounts[account.Id] = account;
        }
    }

    /// <summary>Changes an account, as a person does or a call.</summary>
    public LedgerAccount Change(string id, IReadOnlyDictionary<string, string?> changes, string? ourId = null)
    {
        lock (_lock)
        {
            var account = _accounts[id];
            return _accounts[id] = account with { Content = Rewrite(account.Content.With(changes)), OurId = ourId ?? account.OurId, ChangedAt = time.GetUtcNow() };
        }
    }

    /// <summary>Closes an account, if there is one.</summary>
    public LedgerAccount? Close(string id)
    {
        lock (_lock)
        {
            return _accounts.TryGetValue(id, out var account) ? _accounts[id] = account with { IsClosed = true, ChangedAt = time.GetUtcNow() } : null;
        }
    }

    /// <summary>Notes that calls have arrived.</summary>
    /// <returns>What is to become of each of them.</returns>
    internal IReadOnlyList<LedgerFault> Receive(IReadOnlyList<ConnectorCall> calls)
    {
        lock (_lock)
        {
            Batches++;
            return [.. calls.Select(Receive)];
        }
    }

    private LedgerFault Receive(ConnectorCall call)
    {
        _calls.Enqueue(call);
        if (_keys.TryGetValue(call.Key, out var made) && made is null)
        {
            return LedgerFault.FailKept;
        }

        var fault = FaultOf(_calls.Count, call);
        if (fault == LedgerFault.FailKept)
        {
            _keys[call.Key] = null;
        }

        return fault;
    }
}

/// <summary>A customer in the ledger.</summary>
internal sealed record LedgerAccount(string Id, string? OurId, CustomerContent Content, DateTimeOffset ChangedAt, bool IsClosed = false);

/// <summary>What becomes of a call to the ledger.</summary>
internal enum LedgerFault
{
    None,

    /// <summary>It fails, and nothing is done.</summary>
    Fail,

    /// <summary>It fails, and so will every call with this key.</summary>
    FailKept,

    /// <summary>It is carried out, and the answer is lost.</summary>
    LoseAnswer,

    /// <summary>It is over a limit.</summary>
    TurnAway,

    Refuse,

    /// <summary>The whole system is down.</summary>
    BeDown,
}
