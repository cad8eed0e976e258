using System.Threading.RateLimiting;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// Lets calls go ahead at a rate that all instances of the app share. A permit is for one call, which is to be made as soon as it is granted.
/// A refused lease has <see cref="MetadataName.RetryAfter"/>; a lease that was waited for has <see cref="Waited"/>. Made by <see cref="SharedRateLimits.For"/>.
/// </summary>
internal sealed class SharedRateLimiter(SharedRateLimits line, IReadOnlyList<SharedLimit> limits, RateLimitLane lane, TimeSpan patience, TimeProvider time) : RateLimiter
{
    /// <summary>
    /// A permit that is used later than its slot by more than this is moved to when it was used, so that the calls which follow a window later keep their distance
    /// from it. Less is covered by the calendar's slack.
    /// </summary>
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(3);

    /// <summary>A permit that comes later than this is given back: the slots of the next window may have been taken already, in ignorance of it.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the call has waited for the lease.</summary>
    public static MetadataName<TimeSpan> Waited { get; } = MetadataName.Create<TimeSpan>("WAITED");

    /// <summary>Always null: it holds nothing that would have to be cleared away when it is not used.</summary>
    public override TimeSpan? IdleDuration => null;

    /// <summary>Always null: what is left of the limits is known to the table only.</summary>
    public override RateLimiterStatistics? GetStatistics() => null;

    /// <summary>Always refuses, since a permit has to be fetched from the table.</summary>
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Lease(isAcquired: false, []);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(permitCount, 1);
        var (deadline, began) = (time.GetUtcNow() + patience, time.GetTimestamp());
        while (true)
        {
            var (slot, at) = await line.WaitAsync(new PermitRequest(limits, lane, deadline), cancellationToken);
            if (slot is null)
            {
                var retryAfter = at - time.GetUtcNow();
                return new Lease(isAcquired: false, [(Waited, time.GetElapsedTime(began)), (MetadataName.RetryAfter, retryAfter > TimeSpan.Zero ? retryAfter : TimeSpan.Zero)]);
            }

            if (await ReachAsync(slot.Value, cancellationToken))
            {
                return new Lease(isAcquired: true, [(Waited, time.GetElapsedTime(began))]);
            }
        }
    }

    /// <summary>Waits for the slot.</summary>
    /// <returns>False when it has passed by unused.</returns>
    private async Task<bool> ReachAsync(Slot slot, CancellationToken cancellationToken)
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
                line.Correct(new SlotCorrection(limits, slot, UsedAt: now));
            }

            return reached;
        }
        finally
        {
            if (!reached)
            {
                line.Correct(new SlotCorrection(limits, slot, UsedAt: null));
            }
        }
    }

    private sealed class Lease(bool isAcquired, (MetadataName<TimeSpan> Name, TimeSpan Value)[] metadata) : RateLimitLease
    {
        public override bool IsAcquired => isAcquired;

        public override IEnumerable<string> MetadataNames => metadata.Select(entry => entry.Name.Name);

        public override bool TryGetMetadata(string metadataName, out object? value)
        {
            var found = metadata.Where(entry => entry.Name.Name == metadataName).Select(entry => (object)entry.Value).FirstOrDefault();
            value = found;
            return found is not null;
        }
    }
}
