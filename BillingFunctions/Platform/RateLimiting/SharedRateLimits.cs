using Azure.Data.Tables;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// The rate limits of one API, which all instances of the app keep together. Calls of this process wait in one line;
/// a single loop leases the next slots for those in front from the table, a few hundred milliseconds ahead,
/// so that the table sees a handful of writes a second however many calls there are.
/// </summary>
/// <param name="tables">The storage account, whose table <see cref="RateLimitStore.Table"/> must be there.</param>
/// <param name="api">An API key or an address: instances with the same one share the limits. Only a digest of it is stored.</param>
/// <param name="time">The clock, which must agree with that of the other instances to a few milliseconds.</param>
internal sealed class SharedRateLimits(TableServiceClient tables, string api, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PermitRequest> _waiting = [];
    private readonly RateLimitStore _store = new(tables, api);
    private readonly PermitLeases _leases = new(new RateLimitStore(tables, api), time);
    private TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _leasing;

    /// <summary>A limiter for calls of one kind.</summary>
    /// <param name="limits">All the limits that such a call counts against.</param>
    /// <param name="lane">Who the calls are for.</param>
    /// <param name="patience">How long a call waits at the most. One that would have to wait longer is refused at once.</param>
    public SharedRateLimiter For(IReadOnlyList<SharedLimit> limits, RateLimitLane lane, TimeSpan patience) => new(this, limits, lane, patience, time);

    /// <summary>Halves a limit, because the API has refused a call in spite of it; it doubles again every five seconds.</summary>
    /// <param name="limit">The limit that the API says was exceeded.</param>
    /// <param name="reason">What the API says; refused calls are counted by it.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public Task SlowDownAsync(SharedLimit limit, string reason, CancellationToken cancellationToken) => _leases.SlowDownAsync(limit, reason, cancellationToken);

    /// <summary>How much of a limit all instances together use just now.</summary>
    public async Task<RateLimitUse> UseOfAsync(SharedLimit limit, CancellationToken cancellationToken) =>
        (await _store.ReadAsync(limit.Name, cancellationToken)).Use(limit.Limit, time.GetUtcNow());

    public void Dispose() => _leases.Dispose();

    /// <summary>Puts a call into the line.</summary>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">Gives up the place.</param>
    internal async Task<PermitAnswer> WaitAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiting.Add(request);
            Wake(request.Lane.Hurries);
        }

        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((PermitRequest)state!).Answer.TrySetCanceled(token), request);
        return await request.Answer.Task;
    }

    /// <summary>Has the next lease write what became of a slot.</summary>
    internal void Correct(SlotCorrection correction)
    {
        _leases.Correct(correction);
        lock (_gate)
        {
            Wake(hurry: true);
        }
    }

    /// <summary>Starts the loop, or has it look at the line at once. Under the gate.</summary>
    private void Wake(bool hurry)
    {
        if (!_leasing)
        {
            _leasing = true;
            _ = Task.Run(LeaseAsync, CancellationToken.None);
        }
        else if (hurry)
        {
            _hurry.TrySetResult();
        }
    }

    /// <summary>Runs as long as somebody waits, or something is to be corrected.</summary>
    private async Task LeaseAsync()
    {
        while (TryGetLine(out var line, out var hurry))
        {
            try
            {
                var pause = await _leases.GrantAsync(line);
                await Task.WhenAny(Task.Delay(pause, time, CancellationToken.None), hurry);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The table is out of reach. Those who wait learn why, and their functions retry.
                line.ForEach(request => request.Answer.TrySetException(exception));
            }
        }
    }

    private bool TryGetLine(out List<PermitRequest> line, out Task hurry)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(request => request.Answer.Task.IsCompleted);
            line = [.. _waiting];
            if (_hurry.Task.IsCompleted)
            {
                _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            hurry = _hurry.Task;
            return _leasing = line.Count > 0 || _leases.HasCorrections;
        }
    }
}

/// <summary>Calls of one purpose. When calls have to wait, lanes share the limit by weight.</summary>
/// <param name="Number">Stored with each slot: never change it.</param>
/// <param name="Weight">The lane's share of a saturated limit, relative to the other lanes that wait; at least 1.</param>
internal readonly record struct RateLimitLane(byte Number, int Weight)
{
    /// <summary>The lane of an API that has but one.</summary>
    public static RateLimitLane Only { get; } = new(0, 1);

    /// <summary>A lane of the least weight waits for the next lease; the others have one made at once.</summary>
    public bool Hurries => Weight > 1;
}
