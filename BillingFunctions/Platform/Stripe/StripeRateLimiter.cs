using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Platform.Stripe;

/// <summary>
/// Lets calls to Stripe go ahead at a rate that all instances of the app share. Callers of this process wait in one line;
/// a single loop leases the next slots for those in front from the table, a few hundred milliseconds ahead,
/// so that the table sees a handful of writes a second however many callers there are.
/// </summary>
public sealed partial class StripeRateLimiter
{
    /// <summary>
    /// A permit that is used later than its slot by more than this is moved to when it was used, so that the calls which follow a window later keep their distance
    /// from it. Less is covered by the calendar's slack.
    /// </summary>
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(3);

    /// <summary>A permit that comes later than this is given back: the slots of the next window may have been taken already, in ignorance of it.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<PermitRequest> _waiting = [];
    private TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PermitLeases _leases;
    private readonly TimeProvider _time;
    private readonly ILogger<StripeRateLimiter> _logger;
    private bool _leasing;

    internal StripeRateLimiter(PermitLeases leases, TimeProvider time, ILogger<StripeRateLimiter> logger)
    {
        _leases = leases;
        _time = time;
        _logger = logger;
    }

    /// <summary>Waits for the moment at which a call may be made.</summary>
    /// <param name="endpoint">The endpoint's name, such as <c>customers</c>.</param>
    /// <param name="lane">Who the call is for.</param>
    /// <param name="patience">How long the caller can wait here.</param>
    /// <param name="cancellationToken">Gives up the place in the line.</param>
    /// <exception cref="StripeThrottledException">No permit is to be had within <paramref name="patience"/>.</exception>
    public async Task WaitAsync(string endpoint, StripeLane lane, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = _time.GetUtcNow();
        try
        {
            Slot slot;
            do
            {
                slot = await RequestAsync(new PermitRequest(endpoint, lane, started + patience), cancellationToken);
            }
            while (!await ReachAsync(endpoint, slot, cancellationToken));
        }
        finally
        {
            ThrottleMeter.Current?.Add(_time.GetUtcNow() - started);
        }
    }

    /// <summary>Slows the limit down that Stripe says was exceeded, and counts it by its reason.</summary>
    /// <param name="endpoint">The endpoint that answered 429.</param>
    /// <param name="reason">The header <c>Stripe-Rate-Limited-Reason</c>, if there was one.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>When to try again: in one to two seconds, so that not all come back at once.</returns>
    public async Task<DateTimeOffset> ReportThrottledAsync(string endpoint, string? reason, CancellationToken cancellationToken)
    {
        Log.Throttled(_logger, endpoint, reason);
        await _leases.SlowDownAsync(endpoint, reason, cancellationToken);
        return _time.GetUtcNow() + TimeSpan.FromSeconds(1 + Random.Shared.NextDouble());
    }

    private async Task<Slot> RequestAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiting.Add(request);
            Wake(hurry: request.Lane != StripeLane.Export);
        }

        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((PermitRequest)state!).Granted.TrySetCanceled(token), request);
        return await request.Granted.Task;
    }

    /// <summary>Waits for the slot.</summary>
    /// <returns>False when it has passed by unused.</returns>
    private async Task<bool> ReachAsync(string endpoint, Slot slot, CancellationToken cancellationToken)
    {
        var reached = false;
        try
        {
            for (var left = slot.At - _time.GetUtcNow(); left > TimeSpan.Zero; left = slot.At - _time.GetUtcNow())
            {
                await Task.Delay(left, _time, cancellationToken);
            }

            var now = _time.GetUtcNow();
            reached = now - slot.At <= TooLate;
            if (reached && now - slot.At > Punctual)
            {
                Correct(new SlotCorrection(endpoint, slot, UsedAt: now));
            }

            return reached;
        }
        finally
        {
            if (!reached)
            {
                Correct(new SlotCorrection(endpoint, slot, UsedAt: null));
            }
        }
    }

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
                await Task.WhenAny(Task.Delay(pause, _time, CancellationToken.None), hurry);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The table is out of reach. Those who wait learn why, and their functions retry.
                line.ForEach(request => request.Granted.TrySetException(exception));
            }
        }
    }

    private bool TryGetLine(out List<PermitRequest> line, out Task hurry)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(request => request.Granted.Task.IsCompleted);
            line = [.. _waiting];
            if (_hurry.Task.IsCompleted)
            {
                _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            hurry = _hurry.Task;
            return _leasing = line.Count > 0 || _leases.HasCorrections;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Stripe turned away a call to {Endpoint} ({Reason}); slowing down.")]
        public static partial void Throttled(ILogger logger, string endpoint, string? reason);
    }
}

/// <summary>A caller in the line.</summary>
internal sealed class PermitRequest(string endpoint, StripeLane lane, DateTimeOffset deadline)
{
    public string Endpoint => endpoint;

    public StripeLane Lane => lane;

    public DateTimeOffset Deadline => deadline;

    public TaskCompletionSource<Slot> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
