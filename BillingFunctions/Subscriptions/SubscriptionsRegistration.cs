using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Subscriptions;

internal static class SubscriptionsRegistration
{
    /// <summary>Adds the subscriptions, and who may use the service.</summary>
    public static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.AddSettings<SubscriptionsOptions, SubscriptionsOptionsValidator>(SubscriptionsOptions.Section);
        services.AddCapability("subscriptions", [], typeof(SubscriptionsRegistration).Namespace!);
        services.AddTable(SubscriptionStore.Table);
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<CustomerSubscriptionsStore>();
        services.AddSingleton<IStripeEventHandler, SubscriptionEventHandler>();
        return services;
    }
}
