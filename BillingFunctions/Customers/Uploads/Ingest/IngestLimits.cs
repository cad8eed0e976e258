namespace BillingFunctions.Customers.Uploads;

/// <summary>How much is done at once.</summary>
/// <param name="ChunkRows">The most rows between two checkpoints: enough that those of a bucket fill transactions.</param>
/// <param name="ChunkBytes">The most of the file between two checkpoints, which are held in memory.</param>
/// <param name="Budget">After this long the next chunk is left to another message: a function may run for 5 minutes on the Consumption plan.</param>
public sealed record IngestLimits(int ChunkRows, long ChunkBytes, TimeSpan Budget)
{
    public static IngestLimits Default { get; } = new(10_000, 4 * 1024 * 1024, TimeSpan.FromMinutes(3));
}
