using BillingFunctions.Customers;
using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.CustomerUploads;

internal static class UploadsRegistration
{
    /// <summary>Adds the upload of customers from files.</summary>
    public static IServiceCollection AddCustomerUploads(this IServiceCollection services)
    {
        services.AddCapability("uploads", [], typeof(UploadsRegistration).Namespace!);
        services.AddTable(CustomerStore.Table);
        services.AddContainer(UploadBlobs.Container);
        services.AddQueue(UploadQueue.Name);
        services.AddSingleton(IngestLimits.Default);
        services.AddRuns<CustomerUpload>();
        services.AddSingleton<UploadBlobs>();
        services.AddSingleton<UploadQueue>();
        services.AddSingleton<ReceiveUpload>();
        services.AddSingleton<RegisterUpload>();
        services.AddSingleton<UploadedCustomerWriter>();
        services.AddSingleton<ISweeper, UploadSweeper>();
        services.AddSingleton<IRetention, UploadRetention>();
        return services;
    }
}
