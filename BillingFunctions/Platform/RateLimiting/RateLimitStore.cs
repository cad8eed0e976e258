using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>The buckets of one Stripe account in <c>RateLimits</c>. They share a partition, so that a lease changes several of them at once or none.</summary>
internal sealed class RateLimitStore(TableServiceClient tables, string account)
{
    public const string Table = "RateLimits";
    public const string AccountBucket = "account";

    private readonly TableClient _table = tables.GetTableClient(Table);

    public static string EndpointBucket(string endpoint) => $"endpoint-{endpoint}";

    public async Task<RateLimitBucket> ReadAsync(string bucket, CancellationToken cancellationToken)
    {
        var stored = await _table.GetEntityIfExistsAsync<RateLimitBucket>(account, bucket, cancellationToken: cancellationToken);
        return stored.HasValue ? stored.Value! : new RateLimitBucket { PartitionKey = account, RowKey = bucket };
    }

    /// <summary>Writes all buckets if none has changed since it was read.</summary>
    /// <returns>False when another instance was faster; read again.</returns>
    public async Task<bool> TryWriteAsync(IReadOnlyCollection<RateLimitBucket> buckets, CancellationToken cancellationToken)
    {
        try
        {
            var responses = await _table.SubmitTransactionAsync(buckets.Select(Change), cancellationToken);
            foreach (var (bucket, response) in buckets.Zip(responses.Value))
            {
                bucket.ETag = response.Headers.ETag ?? default;
            }

            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return false;
        }
    }

    private static TableTransactionAction Change(RateLimitBucket bucket) => bucket.IsStored
        ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, bucket, bucket.ETag)
        : new TableTransactionAction(TableTransactionActionType.Add, bucket);
}
