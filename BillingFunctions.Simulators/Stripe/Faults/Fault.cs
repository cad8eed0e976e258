
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
}
