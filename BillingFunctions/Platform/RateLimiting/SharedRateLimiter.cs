using System.Threading.RateLimiting;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// A limiter of the framework that lets calls go ahead at a rate which all instances of the app share. A permit is for one call, which is to be made as soon as it is granted.
/// A refused lease has <see cref="MetadataName.RetryAfter"/>; a lease that was waited for has <see cref="Waited"/>. Made by <see cref="SharedRateLimits.For"/>.
/// </summary>
internal sealed class SharedRateLimiter(SharedRateLimits shared, IReadOnlyList<SharedLimit> limits, RateLimitLane lane, TimeSpan patience) : RateLimiter
{
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
        var permit = await shared.AcquireAsync(limits, lane, patience, cancellationToken);
        return permit.IsGranted
            ? new Lease(isAcquired: true, [(Waited, permit.Waited)])
            : new Lease(isAcquired: false, [(Waited, permit.Waited), (MetadataName.RetryAfter, permit.RetryAfter)]);
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
