using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Connectors.Status;

/// <summary>Whether something is sent to a system, and how that goes.</summary>
public sealed record ConnectorState
{
    /// <summary>Since when a person has it paused; null when nobody has.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    /// <summary>Until when nothing is sent, because the system could not be used; null when it could.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public string? HeldReason { get; init; }

    /// <summary>How often in succession the system could not be used.</summary>
    public int Failures { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Up to when all changes that the system has made have been read; null when it is not asked for them.</summary>
    public DateTimeOffset? Watermark { get; init; }

    public bool IsStopped(DateTimeOffset now) => PausedAt is not null || HeldUntil > now;
}

/// <summary>The states, in <c>ConnectorStates</c>, which all instances of the app share. A state is believed for a second.</summary>
public sealed class ConnectorStates(TableServiceClient tables, TimeProvider time) : IDisposable
{
    public const string Table = "ConnectorStates";

    private const string RowKey = "state";

    /// <summary>How often a success is noted at the most: not for each customer.</summary>
    private static readonly TimeSpan SuccessNoted = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstHold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions());
    private readonly VersionedRows<Row, ConnectorState> _rows = new(
        tables.GetTableClient(Table),
        row => JsonSerializer.Deserialize<ConnectorState>(row.Json, StoredJson.Options)!,
        (connector, key, state) => new Row { PartitionKey = connector, RowKey = key, Json = JsonSerializer.Serialize(state, StoredJson.Options) });

    internal async Task<ConnectorState> ReadAsync(string connector, CancellationToken cancellationToken)
    {
        if (_cache.Get<Seen>(connector) is { } seen && time.GetUtcNow() - seen.At < Believed)
        {
            return seen.State;
        }

        return Remember(connector, await _rows.FindAsync(connector, RowKey, cancellationToken) ?? new ConnectorState());
    }

    internal async Task<ConnectorState> ChangeAsync(string connector, Func<ConnectorState, ConnectorState?> change, CancellationToken cancellationToken) =>
        Remember(connector, (await _rows.ChangeAsync(connector, RowKey, stored => new(change(stored ?? new ConnectorState())), cancellationToken)).After ?? new ConnectorState());

    /// <summary>Has nothing sent for a while: a second after the first failure, twice as long after each that follows, a minute at the most.</summary>
    /// <returns>The time at which sending begins again.</returns>
    internal async Task<DateTimeOffset> HoldAsync(string connector, string reason, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var state = await ChangeAsync(
            connector,
            state =>
            {
                var now = time.GetUtcNow();
                var hold = duration ?? TimeSpan.FromTicks(Math.Min(LongestHold.Ticks, FirstHold.Ticks << Math.Min(state.Failures, 10)));

                // Several calls of one moment fail for one reason.
                return state.HeldUntil >= now + hold || (duration is null && state.HeldUntil > now) ? null : state with
                {
                    HeldUntil = now + hold,
                    HeldReason = reason,
                    Failures = state.HeldUntil > now ? state.Failures : state.Failures + 1,
                    LastError = reason,
                    LastErrorAt = now,
                };
            },
            cancellationToken);
        return state.HeldUntil!.Value;
    }

    internal async Task NoteSuccessAsync(string connector, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = await ReadAsync(connector, cancellationToken);
        if (state.Failures > 0 || !(now - state.LastSuccessAt < SuccessNoted))
        {
            await ChangeAsync(connector, stored => stored with { Failures = 0, HeldUntil = null, HeldReason = null, LastSuccessAt = now }, cancellationToken);
        }
    }

    internal Task NoteErrorAsync(string connector, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(connector, stored => stored with { LastError = reason, LastErrorAt = time.GetUtcNow() }, cancellationToken);

    public void Dispose() => _cache.Dispose();

    private ConnectorState Remember(string connector, ConnectorState state)
    {
        _cache.Set(connector, new Seen(state, time.GetUtcNow()));
        return state;
    }

    private sealed record Seen(ConnectorState State, DateTimeOffset At);

    private sealed class Row : StoredRow
    {
        public string Json { get; set; } = "";
    }
}
