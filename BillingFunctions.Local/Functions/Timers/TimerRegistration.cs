using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>The services of timer triggers.</summary>
internal static class TimerRegistration
{
    public static IServiceCollection AddTimers(this IServiceCollection services)
    {
        services.TryAddSingleton(new TimerOptions());
        return services
            .AddSingleton<AppTimers>()
            .AddSingleton<ITriggerKind, TimerTriggerKind>()
            .AddSingleton<TimerInvoker>()
            .AddSingleton<ITriggerListener, TimerListener>();
    }
}
