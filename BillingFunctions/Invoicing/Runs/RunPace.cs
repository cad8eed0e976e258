using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>How fast a run adds invoices. Pure.</summary>
internal static class RunPace
{
    /// <summary>How many customers a page has at the most.</summary>
    public const int PageSize = Transactions.MaxRows;

    /// <summary>How long a run waits when the queues are full.</summary>
    public static TimeSpan NoRoom { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a page keeps the amount API busy: the next one begins that much after it.</summary>
    public static TimeSpan Of(int lookups, RateLimit limit) => limit.Window * lookups / limit.Permits;
}
