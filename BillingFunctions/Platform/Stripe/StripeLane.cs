namespace BillingFunctions.Platform.Stripe;

/// <summary>Who a Stripe call is made for. When calls have to wait, lanes share the limit by <see cref="StripeLanes.Weight"/>. Stored: never renumber.</summary>
public enum StripeLane
{
    /// <summary>A person or a webhook waits for the answer.</summary>
    Interactive = 0,

    /// <summary>Invoice items on their way to Stripe.</summary>
    ItemSync = 1,

    /// <summary>Long reads in the background.</summary>
    Export = 2,
}

internal static class StripeLanes
{
    /// <summary>A lane's share of a saturated limit, relative to the other lanes that wait.</summary>
    public static int Weight(this StripeLane lane) => lane switch
    {
        StripeLane.Interactive => 6,
        StripeLane.ItemSync => 3,
        StripeLane.Export => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, "Not a lane"),
    };
}
