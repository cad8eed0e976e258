using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
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

    /// <summary>A column holds 64 KiB.</summary>
    private const int MaxAnswer = 60 * 1024;

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly VersionedRows<Entry, Entry> _entries = new(tables.GetTableClient(Table), entry => entry, (_, _, entry) => entry);

    /// <summary>Runs <paramref name="create"/> unless it has been run for this key.</summary>
    /// <param name="request">The request; without the header it is simply run.</param>
    /// <param name="operation">The kind of thing that is created; keys of different operations are different.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="newId">The id to create under; after a crash the first one is used again.</param>
    /// <param name="create">Creates the thing. Must do nothing twice for the same id.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task<IResult> RunAsync(
        HttpRequest request, string operation, ReadOnlyMemory<byte> body, string newId, Func<string, Task<IResult>> create, CancellationToken cancellationToken) =>
        RunAsync(request, operation, body, newId, (id, _) => create(id), cancellationToken);

    /// <summary>As above, for a <paramref name="create"/> that need not look for what cannot be there yet.</summary>
    /// <param name="request">The request; without the header it is simply run.</param>
    /// <param name="operation">The kind of thing that is created; keys of different operations are different.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="newId">The id to create under; after a crash the first one is used again.</param>
    /// <param name="create">Creates the thing, given the id and whether an earlier request may have created it. Must do nothing twice for the same id.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task<IResult> RunAsync(
        HttpRequest request, string operation, ReadOnlyMemory<byte> body, string newId, Func<string, bool, Task<IResult>> create, CancellationToken cancellationToken)
    {
        var keys = request.Headers["Idempotency-Key"];
        if (keys.Count == 0)
        {
            return await create(newId, false);
        }

        if (keys is not [{ Length: > 0 and <= 255 } key])
        {
            return Problems.Invalid("Idempotency-Key", "The header must be given once, with 1 to 255 characters.");
        }

        var entry = await ClaimAsync(Entry.For(operation, key, [.. body.Span, .. QueryOf(request)], newId, time.GetUtcNow()), cancellationToken);
        if (entry.Refusal is not null)
        {
            return entry.Refusal;
        }

        try
        {
            var result = await create(entry.Claimed!.ResourceId, entry.MayExist);
            await CompleteAsync(entry.Claimed, result as CreatedAnswer, cancellationToken);
            return result;
        }
        catch
        {
            await AbandonAsync(entry.Claimed!);
            throw;
        }
    }

    /// <summary>Removes keys that were first used before a time: through the whole table.</summary>
    /// <returns>The number of keys removed.</returns>
    internal Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"CreatedAt lt {before}");
        return _table.RemoveAsync(_table.QueryAsync<TableEntity>(filter, select: TableRemoval.Columns, cancellationToken: cancellationToken), cancellationToken);
    }

    private async Task<(Entry? Claimed, IResult? Refusal, bool MayExist)> ClaimAsync(Entry mine, CancellationToken cancellationToken)
    {
        var newId = mine.ResourceId;
        var (refusal, mayExist) = ((IResult?)null, false);
        var claim = await _entries.ChangeAsync(mine.PartitionKey, mine.RowKey, stored => new(Claim(stored)), cancellationToken, expectNew: true);
        mine.ETag = claim.Version;
        return claim.Written is null ? (null, refusal, mayExist) : (mine, null, mayExist);

        Entry? Claim(Entry? stored)
        {
            mayExist = stored is not null;
            refusal = stored is null ? null : Answer(stored, mine);
            mine.ResourceId = stored is null || IsForgotten(stored) ? newId : stored.ResourceId;
            return refusal is null ? mine : null;
        }
    }

    /// <summary>The query asks for something too, but for the key of the function.</summary>
    private static byte[] QueryOf(HttpRequest request) => Encoding.UTF8.GetBytes(string.Join('&', request.Query
        .Where(parameter => parameter.Key != "code").OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => $"{parameter.Key}={parameter.Value}")));

    private bool IsForgotten(Entry stored) => time.GetUtcNow() - stored.CreatedAt > Retention;

    /// <summary>What the stored entry says to a request with the same key; null when the request should be run.</summary>
    private IResult? Answer(Entry stored, Entry mine)
    {
        if (IsForgotten(stored))
        {
            return null;
        }

        if (stored.BodyHash != mine.BodyHash)
        {
            return Problems.Unprocessable("This Idempotency-Key was used with another body. Use a new key for a new request.");
        }

        return stored.StatusCode is { } status ? new CreatedAnswer(status, stored.Location, Encoding.UTF8.GetString(Brotli.Decompress(stored.Answer!)))
            : time.GetUtcNow() < stored.LeasedUntil ? new InProgress()
            : null;
    }

    private async Task CompleteAsync(Entry entry, CreatedAnswer? answer, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            // Unless another request has taken the key over meanwhile: then it is that one's.
            await _entries.TryDeleteAsync(entry.PartitionKey, entry.RowKey, entry.ETag, cancellationToken);
            return;
        }

        var compressed = Brotli.Compress(Encoding.UTF8.GetBytes(answer.Json));
        if (compressed.Length > MaxAnswer)
        {
            // Run again under the same id it gives the same answer.
            await AbandonAsync(entry);
            return;
        }

        entry.StatusCode = answer.StatusCode;
        entry.Location = answer.Location;
        entry.Answer = compressed;
        await _table.TryWriteAsync(entry, entry.ETag, cancellationToken);
    }

    /// <summary>Lets the next request with the key carry on at once, with the same id.</summary>
    private async Task AbandonAsync(Entry entry)
    {
        entry.LeasedUntil = time.GetUtcNow();
        await _table.TryWriteAsync(entry, entry.ETag, CancellationToken.None);
    }

    /// <summary>409 with <c>Retry-After</c>, which tells it from a 409 that stays, for callers who repeat by themselves.</summary>
    private sealed class InProgress : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusCodes.Status409Conflict;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "1";
            return Problems.Conflict("A request with this Idempotency-Key is still being worked on.").ExecuteAsync(httpContext);
        }
    }

    private sealed class Entry : StoredRow
    {
        public string BodyHash { get; set; } = "";

        public string ResourceId { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset LeasedUntil { get; set; }

        public int? StatusCode { get; set; }

        public string? Location { get; set; }

        /// <summary>Compressed JSON.</summary>
        public byte[]? Answer { get; set; }

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
