using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Operations;

/// <summary>
/// <c>/api/health</c>: 503 when storage does not answer, since nothing works without it. A capability that lacks a setting is <c>off</c> and does not make the app
/// unhealthy: the others serve, and a restart, which is what a monitor would ask for, would not bring the setting.
/// </summary>
/// <param name="services">Gives the storage clients, which cannot be made without <c>BillingStorage</c>.</param>
/// <param name="capabilities">Which capabilities are on.</param>
/// <param name="time">Limits and measures the checks.</param>
public sealed class HealthFunction(IServiceProvider services, CapabilityStates capabilities, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [Function(nameof(HealthFunction))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/health")] HttpRequest request, CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    [Function("HealthV1Function")]
    public Task<IResult> RunV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/v1/health")] HttpRequest request, CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    private async Task<IResult> CheckAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, Task<Check>> storage = new()
        {
            ["tables"] = CheckAsync(token => Get<TableServiceClient>().GetTableClient(NameOf(StorageKind.Table)).GetEntityIfExistsAsync<TableEntity>("health", "check", cancellationToken: token), cancellationToken),
            ["blobs"] = CheckAsync(token => Get<BlobServiceClient>().GetBlobContainerClient(NameOf(StorageKind.Container)).ExistsAsync(token), cancellationToken),
            ["queues"] = CheckAsync(token => Get<QueueServiceClient>().GetQueueClient(NameOf(StorageKind.Queue)).ExistsAsync(token), cancellationToken),
        };
        var healthy = (await Task.WhenAll(storage.Values)).All(check => check.Status == Check.Healthy);
        var checks = storage.ToDictionary(check => check.Key, check => check.Value.Result);
        foreach (var (capability, missing) in capabilities.MissingByName)
        {
            checks[capability] = missing.Count == 0 ? new Check(Check.Healthy) : new Check(Check.Off, Missing: missing);
        }

        return ApiJson.Ok(
            new Health(healthy ? Check.Healthy : Check.Unhealthy, checks), healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<Check> CheckAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await ask(cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return new Check(Check.Healthy, Milliseconds());
        }
        catch (SettingMissingException missing)
        {
            return new Check(Check.Unhealthy, Missing: missing.Settings);
        }
        catch (Exception exception) when (exception is RequestFailedException or TimeoutException or AggregateException)
        {
            return new Check(Check.Unhealthy, Milliseconds());
        }

        long Milliseconds() => (long)time.GetElapsedTime(started).TotalMilliseconds;
    }

    private T Get<T>()
        where T : class => services.GetRequiredService<T>();

    /// <summary>Any that the app has made at start.</summary>
    private string NameOf(StorageKind kind) => services.GetServices<StorageItem>().First(item => item.Kind == kind).Name;

    /// <param name="Status">One of the constants.</param>
    /// <param name="DurationMs">How long the answer took; null when nothing was asked.</param>
    /// <param name="Missing">The settings that are not set; null when none is missing.</param>
    private sealed record Check(
        string Status,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DurationMs = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Missing = null)
    {
        public const string Healthy = "healthy";
        public const string Unhealthy = "unhealthy";
        public const string Off = "off";
    }

    private sealed record Health(string Status, IReadOnlyDictionary<string, Check> Checks);
}
