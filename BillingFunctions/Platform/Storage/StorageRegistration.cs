using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Storage;

internal static class StorageRegistration
{
    /// <summary>Adds clients for the storage account of <see cref="StorageConnection"/>, which are made when they are first needed.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddAzureClientsCore();
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
        services.AddTable(StoredSecret.Table);
        services.AddHostedService<StorageSetup>();
        services.AddHealthChecks()
            .Add(StorageHealthCheck.From("tables", StorageKind.Table))
            .Add(StorageHealthCheck.From("blobs", StorageKind.Container))
            .Add(StorageHealthCheck.From("queues", StorageKind.Queue));
        return services;
    }

    /// <summary>Has a table made at start.</summary>
    public static IServiceCollection AddTable(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Table, name));

    /// <summary>Has a blob container made at start.</summary>
    public static IServiceCollection AddContainer(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Container, name));

    /// <summary>Has a queue made at start, and beside it the one for what could not be done. Their listeners would look for them in vain until the first message.</summary>
    public static IServiceCollection AddQueue(this IServiceCollection services, string name) =>
        services.AddSingleton(new StorageItem(StorageKind.Queue, name)).AddSingleton(new StorageItem(StorageKind.Queue, $"{name}-poison"));

    private static T Create<T>(IServiceProvider provider, string service, Func<string, T> byConnection, Func<Uri, TokenCredential, T> byIdentity)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        if (StorageConnection.MissingIn(configuration) is { Count: > 0 } missing)
        {
            throw new SettingMissingException(missing);
        }

        var section = configuration.GetSection(StorageConnection.Name);
        if (string.IsNullOrWhiteSpace(section.Value))
        {
            // The host makes its credential from the same settings with the same factory.
            return byIdentity(StorageConnection.AddressOf(section, service), provider.GetRequiredService<AzureComponentFactory>().CreateTokenCredential(section));
        }

        try
        {
            return byConnection(section.Value);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException or InvalidOperationException)
        {
            throw StorageConnection.Invalid($"{StorageConnection.Name} must be the connection string of a storage account.");
        }
    }
}
