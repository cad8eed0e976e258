using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Exports;
using BillingFunctions.Platform.Http;
using BillingFunctions.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations;

/// <summary><c>/api/health</c>: whether what the app cannot work without answers.</summary>
public sealed class HealthFunction(TableServiceClient tables, BlobServiceClient blobs, QueueServiceClient queues, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [Function(nameof(HealthFunction))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/health")] HttpRequest request, CancellationToken cancellationToken)
    {
        var checks = await Task.WhenAll(
            CheckAsync("tables", token => tables.GetTableClient(ExportRunStore.Table).GetEntityIfExistsAsync<TableEntity>("health", "check", cancellationToken: token), cancellationToken),
            CheckAsync("blobs", token => blobs.GetBlobContainerClient("exports").ExistsAsync(token), cancellationToken),
            CheckAsync("queues", token => queues.GetQueueClient(StripeEventBatch.Queue).ExistsAsync(token), cancellationToken));
        var healthy = checks.All(check => check.Status == "healthy");
        return ApiJson.Ok(
            new Health(healthy ? "healthy" : "unhealthy", checks.ToDictionary(check => check.Name, check => check)),
            healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<Check> CheckAsync(string name, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await ask(cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return new Check(name, "healthy", (long)time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is RequestFailedException or TimeoutException or AggregateException)
        {
            return new Check(name, "unhealthy", (long)time.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private sealed record Check(string Name, string Status, long DurationMs);

    private sealed record Health(string Status, IReadOnlyDictionary<string, Check> Checks);
}
