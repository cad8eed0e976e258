using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BillingFunctions.Platform.Storage;

/// <summary>Asks one of the three storage services about something that the app has made at start.</summary>
/// <param name="services">Gives the client, which cannot be made without <c>BillingStorage</c>.</param>
/// <param name="kind">What is asked for: the service follows from it.</param>
internal sealed class StorageHealthCheck(IServiceProvider services, StorageKind kind) : IHealthCheck
{
    /// <summary>Something that answers later than this is as good as away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static HealthCheckRegistration From(string name, StorageKind kind) =>
        new(name, services => new StorageHealthCheck(services, kind), HealthStatus.Unhealthy, tags: null, Patience);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await AskAsync(services.GetServices<StorageItem>().First(item => item.Kind == kind).Name, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (SettingMissingException missing)
        {
            return Capability.Lacks(missing.Settings, HealthStatus.Unhealthy);
        }
    }

    private Task AskAsync(string name, CancellationToken cancellationToken) => kind switch
    {
        StorageKind.Table => Get<TableServiceClient>().GetTableClient(name).GetEntityIfExistsAsync<TableEntity>("health", "check", cancellationToken: cancellationToken),
        StorageKind.Container => Get<BlobServiceClient>().GetBlobContainerClient(name).ExistsAsync(cancellationToken),
        StorageKind.Queue => Get<QueueServiceClient>().GetQueueClient(name).ExistsAsync(cancellationToken),
        _ => throw new InvalidOperationException($"{kind} is not a kind of storage."),
    };

    private T Get<T>()
        where T : class => services.GetRequiredService<T>();
}
