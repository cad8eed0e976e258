namespace BillingFunctions.Platform.Stripe;

/// <summary>Adds up how long the Stripe calls made inside a block of code waited for the rate limit. Follows the flow of async calls.</summary>
internal sealed class ThrottleMeter : IDisposable
{
    private static readonly AsyncLocal<ThrottleMeter?> Ambient = new();
    private long _ticks;

    private ThrottleMeter()
    {
    }

    /// <summary>The meter that runs; null when nobody asks.</summary>
    public static ThrottleMeter? Current => Ambient.Value;

    /// <summary>Whole milliseconds so far.</summary>
    public long Milliseconds => Interlocked.Read(ref _ticks) / TimeSpan.TicksPerMillisecond;

    public static ThrottleMeter Start() => Ambient.Value = new ThrottleMeter();

    public void Add(TimeSpan waited) => Interlocked.Add(ref _ticks, waited.Ticks);

    public void Dispose() => Ambient.Value = null;
}
