using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.FailedJobs;

internal static class FailedJobsRegistration
{
    /// <summary>Adds what all queues share: a place for messages that no attempt could do.</summary>
    public static IServiceCollection AddFailedJobs(this IServiceCollection services)
    {
        services.AddTable(FailedJobStore.Table);
        services.AddSingleton<FailedJobStore>();
        services.AddSingleton<FailedJobRetry>();
        services.AddSingleton<PoisonMessages>();
        return services;
    }
}
