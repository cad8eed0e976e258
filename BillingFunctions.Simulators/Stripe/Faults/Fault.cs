
namespace BillingFunctions.Simulators.Stripe.Faults;

/// <summary>What can go wrong with a call.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>429 although the limit is not reached; nothing is done.</summary>
    RateLimit = 1,

    /// <summary>500; nothing is done, but the answer is stored under the idempotency key and replayed, as Stripe's v1 does.</summary>
    ServerError = 2,

    /// <summary>No answer until the caller leaves; nothing is done.</summary>
    Timeout = 3,

    /// <summary>The connection is cut before anything is done.</summary>
    CutBefore = 4,

    /// <summary>The work is done and the connection cut before the answer.</summary>
    CutAfter = 5,

    /// <summary>429 because another call holds the object: no reason, but Stripe's advice to try again, which its SDK follows. Nothing is done.</summary>
    LockTimeout = 6,

    /// <summary>The work is done at once, and answered after <see cref="FaultInjector.SlowAfter"/>.</summary>
    Slow = 7,

    /// <summary>400 without a parameter; nothing is done.</summary>
    Refused = 8,

    /// <summary>402; nothing is done.</summary>
    CardDeclined = 9,

    /// <summary>401 as if the API key were wrong; nothing is done.</summary>
    Unauthorized = 10,

    /// <summary>403 as if the API key lacked the permission; nothing is done.</summary>
    Forbidden = 11,

    /// <summary>404 <c>resource_missing</c>; nothing is done.</summary>
    NotFound = 12,

    /// <summary>409 <c>idempotency_key_in_use</c>, which Stripe's SDK retries; nothing is done.</summary>
    Conflict = 13,
}
