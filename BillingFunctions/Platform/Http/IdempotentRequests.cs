using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>
/// Makes a POST with an <c>Idempotency-Key</c> happen once: the same key and body get the first answer again, another body gets 422.
/// Refusals are not kept, so that a mended request may use the same key. Keys are forgotten after a day.
/// </summary>
public sealed class IdempotentRequests(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "IdempotencyKeys";

    /// <summary>A request that has not answered after this long has died with its process; the next one carries on with the same id.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Runs <paramref name="create"/> unless it has been run for this key.</summary>
    /// <param name="request">The request; without the header it is simply run.</param>
    /// <param name="operation">The kind of thing that is created; keys of different operations are different.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="newId">The id to create under; after a crash the first one is used again.</param>
    /// <param name="create">Creates the thing. Must do nothing twice for the same id.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task<IResult> RunAsync(
        HttpRequest request, string operation, ReadOnlyMemory<byte> body, string newId, Func<string, Task<IResult>> create, CancellationToken cancellationToken)
    {
        if (request.Headers["Idempotency-Key"] is not [{ } key])
        {
            return await create(newId);
        }

        if (key.Length is 0 or > 255)
        {
            return Problems.Invalid("Idempotency-Key", "1 to 255 characters are allowed.");
        }

        var entry = await ClaimAsync(Entry.For(operation, key, body.Span, newId, time.GetUtcNow()), cancellationToken);
        if (entry.Refusal is not null)
        {
            return entry.Refusal;
        }

        try
        {
            var result = await create(entry.Claimed!.ResourceId);
            await SettleAsync(entry.Claimed, result as CreatedAnswer, cancellationToken);
            return result;
        }
        catch
        {
            await AbandonAsync(entry.Claimed!);
            throw;
        }
    }

    private async Task<(Entry? Claimed, IResult? Refusal)> ClaimAsync(Entry mine, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var response = await _table.AddEntityAsync(mine, cancellationToken);
                mine.ETag = response.Headers.ETag ?? default;
                return (mine, null);
            }
            catch (RequestFailedException exists) when (exists.ErrorCode == TableErrorCode.EntityAlreadyExists)
            {
            }

            var stored = await _table.GetEntityIfExistsAsync<Entry>(mine.PartitionKey, mine.RowKey, cancellationToken: cancellationToken);
            if (stored.HasValue && Answer(stored.Value!, mine) is { } answer)
            {
                return (null, answer);
            }

            if (stored.HasValue && await TakeOverAsync(stored.Value!, mine, cancellationToken))
            {
                return (mine, null);
            }
        }
    }

    /// <summary>What the stored entry says to a request with the same key; null when the request should be run.</summary>
    private IResult? Answer(Entry stored, Entry mine)
    {
        var age = time.GetUtcNow() - stored.CreatedAt;
        if (age > Retention)
        {
            return null;
        }

        if (stored.BodyHash != mine.BodyHash)
        {
            return Problems.Unprocessable("This Idempotency-Key was used with another body. Use a new key for a new request.");
        }

        return stored.StatusCode is { } status ? new CreatedAnswer(status, stored.Location, stored.Body ?? "")
            : time.GetUtcNow() < stored.LeasedUntil ? Problems.Conflict("A request with this Idempotency-Key is still being worked on.")
            : null;
    }

    private async Task<bool> TakeOverAsync(Entry stored, Entry mine, CancellationToken cancellationToken)
    {
        mine.ResourceId = time.GetUtcNow() - stored.CreatedAt > Retention ? mine.ResourceId : stored.ResourceId;
        try
        {
            var response = await _table.UpdateEntityAsync(mine, stored.ETag, TableUpdateMode.Replace, cancellationToken);
            mine.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException changed) when (changed.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || changed.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    private async Task SettleAsync(Entry entry, CreatedAnswer? answer, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            await _table.DeleteEntityAsync(entry.PartitionKey, entry.RowKey, entry.ETag, cancellationToken);
            return;
        }

        entry.StatusCode = answer.StatusCode;
        entry.Location = answer.Location;
        entry.Body = answer.Json;
        await _table.UpdateEntityAsync(entry, entry.ETag, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Lets the next request with the key carry on at once, with the same id.</summary>
    private async Task AbandonAsync(Entry entry)
    {
        entry.LeasedUntil = time.GetUtcNow();
        await _table.UpdateEntityAsync(entry, entry.ETag, TableUpdateMode.Replace, CancellationToken.None);
    }

    private sealed class Entry : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string BodyHash { get; set; } = "";

        public string ResourceId { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset LeasedUntil { get; set; }

        public int? StatusCode { get; set; }

        public string? Location { get; set; }

        public string? Body { get; set; }

        public static Entry For(string operation, string key, ReadOnlySpan<byte> body, string resourceId, DateTimeOffset now)
        {
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{operation}\n{key}")));
            return new Entry
            {
                PartitionKey = id[..2],
                RowKey = id,
                BodyHash = Convert.ToHexStringLower(SHA256.HashData(body)),
                ResourceId = resourceId,
                CreatedAt = now,
                LeasedUntil = now + Lease,
            };
        }
    }
}
