using BillingFunctions.Platform;

namespace BillingFunctions.Insight.Forecasts;

/// <summary>What storage costs, and how many operations the app's work takes. The prices are those of docs/cost.md, of one region and to be checked there; the operations are as docs/scale.md has them measured.</summary>
internal static class StoragePrices
{
    public const string Currency = "usd";

    /// <summary>US dollars for a million operations on tables.</summary>
    public const decimal TableOperations = 0.036m;

    /// <summary>US dollars for a million operations on queues.</summary>
    public const decimal QueueOperations = 0.40m;

    /// <summary>An item that is taken in: its invoice's state, its transaction and a message.</summary>
    public static Operations Item { get; } = new(Table: 2, Queue: 1);

    /// <summary>A turn of an organization: the message, the lease, the outbox, the outcome, the lease again.</summary>
    public static Operations Turn { get; } = new(Table: 7, Queue: 2);

    /// <summary>A look at an organization that is not ready: the message, the lease, the outbox, the lease again, the next message.</summary>
    public static Operations Look { get; } = new(Table: 4, Queue: 3);

    /// <summary>A customer's monthly invoice from the run to its mail: four writes and as many reads, and two messages, each put, taken and deleted.</summary>
    public static Operations Invoice { get; } = new(Table: 8, Queue: 6);

    /// <summary>Another attempt of a lookup: a read and a write, and its message.</summary>
    public static Operations Retry { get; } = new(Table: 2, Queue: 3);

    /// <summary>What operations cost, rounded up to whole cents.</summary>
    public static Money CostOf(double tables, double queues) =>
        new((long)Math.Ceiling((((decimal)tables * TableOperations) + ((decimal)queues * QueueOperations)) / 1_000_000 * 100), Currency);
}

/// <summary>The operations of one piece of work.</summary>
/// <param name="Table">On tables.</param>
/// <param name="Queue">On queues.</param>
internal readonly record struct Operations(int Table, int Queue);
