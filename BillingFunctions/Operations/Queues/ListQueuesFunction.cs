using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.Queues;

/// <summary><c>GET /api/queues</c>: the queues as they were measured last, and in the hour before.</summary>
public sealed class ListQueuesFunction(QueueHistory history, TimeProvider time)
{
    private static readonly TimeSpan Shown = TimeSpan.FromHours(1);

    /// <summary>Shows how many messages wait on each queue, and waited in the last hour.</summary>
    /// <remarks>Measured once a minute.</remarks>
    [Function(nameof(ListQueuesFunction))]
    [ProducesResponseType<QueuesView>(StatusCodes.Status200OK)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/queues")] HttpRequest request, CancellationToken cancellationToken) =>
        ApiJson.Ok(QueuesView.From(await history.ListAsync(time.GetUtcNow() - Shown, cancellationToken)));
}

/// <summary>The queues of the app.</summary>
/// <param name="AsOf">When they were measured; null when they were not in the last hour.</param>
/// <param name="Queues">By name.</param>
public sealed record QueuesView(DateTimeOffset? AsOf, IReadOnlyList<QueueView> Queues)
{
    internal static QueuesView From(IReadOnlyList<QueueSample> samples) => samples is [.., var last]
        ? new QueuesView(last.At, [.. last.Queues.OrderBy(queue => queue.Key, StringComparer.Ordinal).Select(queue => new QueueView(
            queue.Key, queue.Value.Waiting, queue.Value.OldestAgeSeconds,
            [.. samples.Where(sample => sample.Queues.ContainsKey(queue.Key)).Select(sample => new QueuePoint(sample.At, sample.Queues[queue.Key].Waiting))]))])
        : new QueuesView(AsOf: null, []);
}

/// <summary>A queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Waiting">How many messages it holds, those that are worked on or wait for a retry included.</param>
/// <param name="OldestAgeSeconds">The age of the oldest that could be taken; 0 when there is none.</param>
/// <param name="LastHour">What was measured in the last hour, oldest first.</param>
public sealed record QueueView(string Name, int Waiting, long OldestAgeSeconds, IReadOnlyList<QueuePoint> LastHour);

/// <summary>A queue at a moment.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="Waiting">How many messages it held.</param>
public sealed record QueuePoint(DateTimeOffset At, int Waiting);
