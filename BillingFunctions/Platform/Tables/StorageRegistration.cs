using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Platform.Tables;

internal static class StorageRegistration
{
    private const string Connection = "AzureWebJobsStorage";

    /// <summary>Adds clients for the storage account of <c>AzureWebJobsStorage</c>: a connection string, or an account name to be reached with an identity.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider => Create(
            provider,
            "table",
            connection => new TableServiceClient(connection),
            (uri, credential) => new TableServiceClient(uri, credential)));
        services.AddSingleton(provider => Create(
            provider,
            "blob",
            connection => new BlobServiceClient(connection),
            (uri, credential) => new BlobServiceClient(uri, credential)));

        // Base64 is what the queue trigger expects.
        var encoded = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        services.AddSingleton(provider => Create(
            provider,
            "queue",
            connection => new QueueServiceClient(connection, encoded),
            (uri, credential) => new QueueServiceClient(uri, credential, encoded)));
        services.AddHostedService<StorageSetup>();
        return services;
    }

    /// <summary>Has a table made at start.</summary>
    public static IServiceCollection AddTable(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Table, name));

    /// <summary>Has a blob container made at start.</summary>
    public static IServiceCollection AddContainer(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Container, name));

    /// <summary>Has a queue made at start.</summary>
    public static IServiceCollection AddQueue(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Queue, name));

    private static T Create<T>(IServiceProvider provider, string service, Func<string, T> byConnection, Func<Uri, TokenCredential, T> byIdentity)
    {
        var settings = provider.GetRequiredService<IConfiguration>().GetSection(Connection);
        if (settings.Value is { Length: > 0 } connection)
        {
            return byConnection(connection);
        }

        var uri = settings[$"{service}ServiceUri"] ?? (settings["accountName"] is { Length: > 0 } account
            ? $"https://{account}.{service}.core.windows.net"
            : throw new InvalidOperationException($"{Connection} must be a connection string, or {Connection}__accountName the name of a storage account."));
        return byIdentity(new Uri(uri), new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings["clientId"] }));
    }
}

internal enum StorageKind
{
    Table,
    Container,
    Queue,
}

/// <summary>Something in the storage account that a capability needs.</summary>
internal sealed record StorageItem(StorageKind Kind, string Name);

/// <summary>Makes the tables, containers and queues of all capabilities before the first function runs: before any service starts, and the worker is one.</summary>
internal sealed class StorageSetup(IEnumerable<StorageItem> items, TableServiceClient tables, BlobServiceClient blobs, QueueServiceClient queues) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(items.Select(item => CreateAsync(item, cancellationToken)));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task CreateAsync(StorageItem item, CancellationToken cancellationToken) => item.Kind switch
    {
        StorageKind.Table => tables.CreateTableIfNotExistsAsync(item.Name, cancellationToken),
        StorageKind.Container => blobs.GetBlobContainerClient(item.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        StorageKind.Queue => queues.GetQueueClient(item.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(item), item.Kind, "Not a kind of storage"),
    };
}
