using System.Collections.Concurrent;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>Takes records that were read from Salesforce into the customers, each by itself: one that fails holds up no other. A record that says nothing new changes nothing.</summary>
public sealed partial class TakeRecords(CustomerDirectory directory, ILogger<TakeRecords> logger)
{
    private const int Parallelism = 8;

    /// <returns>Those that were not taken in, in any order.</returns>
    internal async Task<IReadOnlyList<RecordNotTaken>> RunAsync(IEnumerable<CustomerSnapshot> records, CancellationToken cancellationToken)
    {
        var left = new ConcurrentBag<RecordNotTaken>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(records, options, async (record, token) =>
        {
            try
            {
                if (await directory.HearAsync(record, token) is null)
                {
                    left.Add(new RecordNotTaken(record, Failure: null));
                }
            }
            catch (Exception failure) when (!token.IsCancellationRequested)
            {
                Log.Failed(logger, failure, record.RemoteId);
                left.Add(new RecordNotTaken(record, failure));
            }
        });
        return [.. left];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Salesforce's record {RecordId} could not be stored; it is read again.")]
        public static partial void Failed(ILogger logger, Exception exception, string recordId);
    }
}

/// <summary>A record that was not taken in.</summary>
/// <param name="Record">The record as it was read.</param>
/// <param name="Failure">Why; null when it was read before our own last write to it had ended, so that it may be older than that.</param>
internal sealed record RecordNotTaken(CustomerSnapshot Record, Exception? Failure);
