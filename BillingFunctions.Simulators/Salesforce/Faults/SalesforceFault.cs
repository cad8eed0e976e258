namespace BillingFunctions.Simulators.Salesforce.Faults;

/// <summary>What can go wrong with a call.</summary>
public enum SalesforceFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>503 <c>SERVER_UNAVAILABLE</c>; nothing is done.</summary>
    ServerUnavailable = 1,

    /// <summary>500 <c>UNKNOWN_EXCEPTION</c>; nothing is done.</summary>
    ServerError = 2,

    /// <summary>The connection is cut before anything is done.</summary>
    CutBefore = 3,

    /// <summary>The work is done and the connection cut before the answer.</summary>
    CutAfter = 4,

    /// <summary>The work is done at once, and answered after <see cref="SalesforceFaults.SlowAfter"/>.</summary>
    Slow = 5,

    /// <summary>401 <c>INVALID_SESSION_ID</c> although the session is valid; nothing is done.</summary>
    InvalidSession = 6,

    /// <summary>403 <c>REQUEST_LIMIT_EXCEEDED</c> although no limit is reached; nothing is done.</summary>
    RequestLimit = 7,
}
