using Azure.Data.Tables;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// The rate limits of one API, which all instances of the app keep together. Calls of this process wait in one line;
/// a single loop leases the next slots for those in front from the table, a few hundred milliseconds ahead,
/// so that the table sees a handful of writes a second however many calls there are.
/// </summary>
/// <param name="tables">The storage account, whose table <see cref="Table"/> must be there.</param>
/// <param name="api">An API key or an address: instances with the same one share the limits. Only a digest of it is stored.</param>
/// <param name="time">The clock, which must agree with that of the other instances to a few milliseconds.</param>
internal sealed class SharedRateLimits(TableServiceClient tables, string api, TimeProvider time) : IDisposable
{
    public const string Table = "RateLimits";

    /// <summary>
    /// A permit that is used later than its slot by more than this is moved to when it was used, so that the calls which follow a window later keep their distance
    /// from it. Less is covered by the calendar's slack.
    /// </summary>
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(3);

    /// <summary>A permit that comes later than this is given back: the slots of the next window may have been taken already, in ignorance of it.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<PermitRequest> _waiting = [];
    private readonly PermitLeases _leases = new(tables, api, time);
    private TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _leasing;

    /// <summary>Waits for the permit of one call, which is to be made as soon as it is granted.</summary>
    /// <param name="limits">All the limits that the call counts against.</param>
    /// <param name="lane">Who the call is for.</param>
    /// <param name="patience">How long the call waits at the most. One that would have to wait longer is refused at once.</param>
    /// <param name="cancellationToken">Gives up the place in the line, or the slot.</param>
    public async Task<Permit> AcquireAsync(IReadOnlyList<SharedLimit> limits, RateLimitLane lane, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (deadline, began) = (time.GetUtcNow() + patience, time.GetTimestamp());
        while (true)
        {
            var (slot, at) = await WaitAsync(new PermitRequest(limits, lane, deadline), cancellationToken);
            if (slot is null)
            {
                var retryAfter = at - time.GetUtcNow();
                return new Permit(IsGranted: false, time.GetElapsedTime(began), retryAfter > TimeSpan.Zero ? retryAfter : TimeSpan.Zero);
            }

            if (await ReachAsync(slot.Value, limits, cancellationToken))
            {
                return new Permit(IsGranted: true, time.GetElapsedTime(began), RetryAfter: TimeSpan.Zero);
            }
        }
    }

    /// <summary>The same as a limiter of the framework, for libraries that ask for one.</summary>
    /// <inheritdoc cref="AcquireAsync"/>
    public SharedRateLimiter For(IReadOnlyList<SharedLimit> limits, RateLimitLane lane, TimeSpan patience) => new(this, limits, lane, patience);

    /// <summary>Halves a limit, because the API has refused a call in spite of it; it doubles again every five seconds.</summary>
    /// <param name="limit">The limit that the API says was exceeded.</param>
    /// <param name="reason">What the API says; refused calls are counted by it.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public Task SlowDownAsync(SharedLimit limit, string reason, CancellationToken cancellationToken) => _leases.SlowDownAsync(limit, reason, cancellationToken);

    /// <summary>How much of a limit all instances together use just now.</summary>
    public Task<RateLimitUse> UseOfAsync(SharedLimit limit, CancellationToken cancellationToken) => _leases.UseOfAsync(limit, cancellationToken);

    public void Dispose() => _leases.Dispose();

    /// <summary>Puts a call into the line.</summary>
    private async Task<PermitAnswer> WaitAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiting.Add(request);
            Wake(request.Lane.Hurries);
        }

        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((PermitRequest)state!).Answer.TrySetCanceled(token), request);
        return await request.Answer.Task;
    }

    /// <summary>Waits for the slot.</summary>
    /// <returns>False when it has passed by unused.</returns>
    private async Task<bool> ReachAsync(Slot slot, IReadOnlyList<SharedLimit> limits, CancellationToken cancellationToken)
    {
        var reached = false;
        try
        {
            for (var left = slot.At - time.GetUtcNow(); left > TimeSpan.Zero; left = slot.At - time.GetUtcNow())
            {
                await Task.Delay(left, time, cancellationToken);
            }

            var now = time.GetUtcNow();
            reached = now - slot.At <= TooLate;
            if (reached && now - slot.At > Punctual)
            {
                Correct(new SlotCorrection(limits, slot, UsedAt: now));
            }

            return reached;
        }
        finally
        {
            if (!reached)
            {
                Correct(new SlotCorrection(limits, slot, UsedAt: null));
            }
        }
    }

    /// <summary>Has the next lease write what became of a slot.</summary>
    private void Correct(SlotCorrection correction)
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

/// <summary>What came of asking for a permit.</summary>
/// <param name="IsGranted">Whether the call may be made.</param>
/// <param name="Waited">How long the call has waited for the answer.</param>
/// <param name="RetryAfter">How long it is until there may be a permit; zero when this one is granted.</param>
internal readonly record struct Permit(bool IsGranted, TimeSpan Waited, TimeSpan RetryAfter);

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
