using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Who a Stripe call is made for. When calls have to wait, lanes share the limit by their weights. Stored: never renumber.</summary>
public enum StripeLane
{
    /// <summary>A person or a webhook waits for the answer.</summary>
    Interactive = 0,

    /// <summary>Invoice items on their way to Stripe.</summary>
    ItemSync = 1,

    /// <summary>Long reads in the background.</summary>
    Export = 2,

    /// <summary>Customers on their way to Stripe.</summary>
    CustomerSync = 3,
}

internal static class StripeLanes
{
    /// <summary>The lane with its share of a saturated limit.</summary>
    public static RateLimitLane WithWeight(this StripeLane lane) => new((byte)lane, lane switch
    {
        StripeLane.Interactive => 6,
        StripeLane.ItemSync => 3,
        StripeLane.CustomerSync => 3,
        StripeLane.Export => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, "Not a lane"),
    });
}
