using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>The timers of the app and where their state is kept.</summary>
internal sealed class AppTimers(
    FunctionCatalog catalog,
    SettingExpressions expressions,
    StorageConnections connections,
    IConfiguration settings,
    IHostEnvironment environment,
    TimeProvider time)
{
    /// <exception cref="Hosting.StartupException">A schedule or a setting in it is not right; the message names the function.</exception>
    public IReadOnlyList<TimerFunction> Find() => [.. catalog.TriggeredBy<TimerTriggerAttribute>().Select(Read)];

    /// <exception cref="Hosting.StartupException">The connection is not set or not right.</exception>
    public TimerStore Store()
    {
        var storage = connections.Client(StorageConnections.Default, "A timer", text => new BlobServiceClient(text));
        return new TimerStore(storage.GetBlobContainerClient(TimerStore.Container), HostId);
    }

    /// <summary>Tells apps that share a storage account apart.</summary>
    private string HostId => settings["AzureFunctionsWebHost:hostid"] ?? environment.ApplicationName.ToLowerInvariant();

    private TimerFunction Read(FunctionDescriptor function)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        var subject = $"Function {function.Name}";
        var now = time.GetUtcNow();
        var schedule = TimerSchedule.Parse(expressions.Resolve(trigger.Schedule, subject), now, subject);
        return new TimerFunction(function, schedule, trigger.UseMonitor && !schedule.IsFrequent(now));
    }
}
