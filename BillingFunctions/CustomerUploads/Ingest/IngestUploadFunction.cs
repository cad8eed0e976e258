using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.CustomerUploads.Ingest;

/// <summary>
/// Ingests a file chunk by chunk. Every chunk ends with a checkpoint, written only over the one it began at: of two that ingest the same upload, one stops.
/// A chunk may be done twice, which changes nothing. Rows before the checkpoint are read again, which takes a second or two for a million, to know their ids.
/// </summary>
public sealed partial class IngestUploadFunction(
    RunStore<CustomerUpload> store, UploadBlobs blobs, UploadedCustomerWriter writer, UploadQueue queue, IngestLimits limits, TimeProvider time, ILogger<IngestUploadFunction> logger)
{
    /// <summary>Ingests it from its checkpoint on, to the end or until the time for one message is up.</summary>
    [Function(nameof(IngestUploadFunction))]
    public async Task RunAsync([QueueTrigger(UploadQueue.Name, Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { IsDone: false } found || await StartAsync(found, cancellationToken) is not { } upload)
        {
            return;
        }

        Edge.About("upload_id", upload.Id);
        try
        {
            await IngestAsync(upload, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await NoteFailureAsync(id, cancellationToken);
            throw;
        }
    }

    private Task<CustomerUpload?> StartAsync(CustomerUpload upload, CancellationToken cancellationToken) => upload.Status == UploadStatus.Running
        ? Task.FromResult<CustomerUpload?>(upload)
        : SaveAsync(upload, upload with { Status = UploadStatus.Running, FinishedAt = null, Error = null }, cancellationToken);

    private async Task IngestAsync(CustomerUpload upload, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var columns = CustomerColumns.From(upload.File.Header);
        var reader = new CustomerRowReader(columns);
        var failedRows = new FailedRows(columns, upload.File.Header.Separator);
        var toPass = upload.Progress.Rows;
        var chunk = new IngestChunk(reader, limits);
        await using var file = await blobs.OpenAsync(upload.File.Blob, cancellationToken);
        await foreach (var row in new CsvRows(file, upload.File.Header).ReadAsync(cancellationToken))
        {
            if (toPass > 0)
            {
                toPass--;
                reader.Pass(row);
                continue;
            }

            if (chunk.IsFull)
            {
                if (await FinishAsync(upload, chunk, failedRows, cancellationToken) is not { } next || await IsTimeUpAsync(next, began, cancellationToken))
                {
                    return;
                }

                (upload, chunk) = (next, new IngestChunk(reader, limits));
            }

            chunk.Add(row);
        }

        if ((chunk.Rows == 0 ? upload : await FinishAsync(upload, chunk, failedRows, cancellationToken)) is { } last)
        {
            await EndAsync(last, cancellationToken);
        }
    }

    /// <summary>Writes the chunk and its checkpoint.</summary>
    /// <returns>Null when somebody else is at work on this upload, and further.</returns>
    private async Task<CustomerUpload?> FinishAsync(CustomerUpload upload, IngestChunk chunk, FailedRows failedRows, CancellationToken cancellationToken)
    {
        if (!upload.DryRun)
        {
            await writer.WriteAsync(chunk.Customers, IngestStamp.From(upload), cancellationToken);
        }

        if (chunk.Failed.Count > 0)
        {
            var rows = BinaryData.FromBytes(failedRows.Rows(chunk.Failed));
            await blobs.WriteFailedRowsAsync(upload.Id, upload.Progress.Chunks, rows, cancellationToken);
        }

        return await SaveAsync(upload, chunk.AddTo(upload), cancellationToken);
    }

    /// <summary>Leaves the rest to another message when it is.</summary>
    private async Task<bool> IsTimeUpAsync(CustomerUpload upload, long began, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(began) < limits.Budget)
        {
            return false;
        }

        await queue.EnqueueAsync(upload.Id, cancellationToken);
        return true;
    }

    private async Task EndAsync(CustomerUpload upload, CancellationToken cancellationToken)
    {
        var isEmpty = upload.Progress.Rows == 0;
        var end = upload with
        {
            Status = isEmpty ? UploadStatus.Refused : UploadStatus.Completed,
            Error = isEmpty ? "There are no rows below the header." : null,
            FinishedAt = time.GetUtcNow(),
        };
        if (await SaveAsync(upload, end, cancellationToken) is not null)
        {
            Log.Ended(logger, end.Id, end.Status, end.Progress.Accepted, end.Progress.Rejected);
        }
    }

    /// <summary>Saves it unless somebody else has ended it or got further; that one's note or status alone is written over.</summary>
    private Task<CustomerUpload?> SaveAsync(CustomerUpload before, CustomerUpload after, CancellationToken cancellationToken) =>
        store.ChangeAsync(after.Id, stored => stored is { IsDone: false } && stored.Progress == before.Progress ? after : null, cancellationToken);

    private Task<CustomerUpload?> NoteFailureAsync(string id, CancellationToken cancellationToken) => store.ChangeAsync(
        id,
        stored => stored is { Status: UploadStatus.Running } ? stored with { Error = "The last attempt failed and is repeated. The log says why." } : null,
        cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Upload {UploadId} is {Status}: {Accepted} rows accepted, {Rejected} rejected.")]
        public static partial void Ended(ILogger logger, string uploadId, UploadStatus status, long accepted, long rejected);
    }
}

/// <summary>How much is done at once.</summary>
/// <param name="ChunkRows">The most rows between two checkpoints: enough that those of a bucket fill transactions.</param>
/// <param name="ChunkBytes">The most of the file between two checkpoints, which are held in memory.</param>
/// <param name="Budget">After this long the next chunk is left to another message: a function may run for 5 minutes on the Consumption plan.</param>
public sealed record IngestLimits(int ChunkRows, long ChunkBytes, TimeSpan Budget)
{
    public static IngestLimits Default { get; } = new(10_000, 4 * 1024 * 1024, TimeSpan.FromMinutes(3));
}
