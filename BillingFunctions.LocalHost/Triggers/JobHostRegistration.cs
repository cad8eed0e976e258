using Azure.Storage.Blobs;
using BillingFunctions.LocalHost.Http;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Timers;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>The vendor's job host with its queue, timer and durable triggers.</summary>
internal static class JobHostRegistration
{
    /// <summary>One for all local hosts on a storage account, so that a timer ticks once.</summary>
    private const string DefaultHostId = "billingfunctions";

    private const string Storage = "AzureWebJobsStorage";

    public static void AddJobHost(this WebApplicationBuilder builder, Uri address, Func<IEnumerable<FunctionDefinition>> functions)
    {
        var hostId = builder.Configuration["AzureFunctionsWebHost:hostid"] ?? DefaultHostId;
        var timeout = builder.Configuration[$"{HostJson.Section}:functionTimeout"];
        builder.Host.ConfigureWebJobs(jobs => jobs.AddAzureStorageCoreServices().AddTimers().AddAzureStorageQueues().AddDurableTask());
        var services = builder.Services;

        // A function whose trigger cannot be resolved is left out with an error, and the others run.
        services.Configure<JobHostOptions>(options => options.AllowPartialHostStartup = true);
        services.Replace(ServiceDescriptor.Singleton<ScheduleMonitor>(provider => new BlobScheduleMonitor(Blobs(provider), hostId)));
        services.AddSingleton<IHostIdProvider>(new FixedHostId(hostId));
        services.AddSingleton<ITypeLocator>(new FunctionLocator(() => FunctionTypes.Build(functions(), timeout)));
        services.AddSingleton<IWebJobsExceptionHandlerFactory, TimeoutPolicy>();
#pragma warning disable CS0618 // "Not ready for public consumption", yet what the Durable extension asks for
        services.AddSingleton<IWebHookProvider>(provider => new DurableWebhooks(address, provider.GetRequiredService<FunctionKey>()));
#pragma warning restore CS0618
        services.AddSingleton<Invoker>().AddSingleton<FunctionBody>(provider => provider.GetRequiredService<Invoker>().RunAsync);
    }

    private static BlobServiceClient Blobs(IServiceProvider provider)
    {
        var factory = provider.GetRequiredService<AzureComponentFactory>();
        var section = provider.GetRequiredService<IConfiguration>().GetSection(Storage);
        return (BlobServiceClient)factory.CreateClient(typeof(BlobServiceClient), section, factory.CreateTokenCredential(section), new BlobClientOptions());
    }

    private sealed class FixedHostId(string id) : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult(id);
    }

    /// <summary>Asked when the host starts, after the worker has told its functions.</summary>
    private sealed class FunctionLocator(Func<Type> build) : ITypeLocator
    {
        private readonly Lazy<Type> _type = new(build);

        public IReadOnlyList<Type> GetTypes() => [_type.Value];
    }
}
