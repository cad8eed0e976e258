using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Platform.Storage;

internal enum StorageKind
{
    Table,
    Container,
    Queue,
}

/// <summary>Something in the storage account that a capability needs.</summary>
internal sealed record StorageItem(StorageKind Kind, string Name);

/// <summary>
/// Makes the tables, containers and queues of all capabilities before the first function runs: before any service starts, and the worker is one.
/// Without a storage account every capability is off, and there is nothing to make.
/// </summary>
internal sealed class StorageSetup(IEnumerable<StorageItem> items, IConfiguration configuration, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => StorageConnection.MissingIn(configuration).Count > 0
        ? Task.CompletedTask
        : Task.WhenAll(items.Distinct().Select(item => CreateAsync(item, cancellationToken)));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task CreateAsync(StorageItem item, CancellationToken cancellationToken) => item.Kind switch
    {
        StorageKind.Table => services.GetRequiredService<TableServiceClient>().CreateTableIfNotExistsAsync(item.Name, cancellationToken),
        StorageKind.Container => services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(item.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        StorageKind.Queue => services.GetRequiredService<QueueServiceClient>().GetQueueClient(item.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(item), item.Kind, "Not a kind of storage"),
    };
}
