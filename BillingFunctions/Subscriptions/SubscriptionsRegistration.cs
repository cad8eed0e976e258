using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.Importing;
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
        services.AddCapability("subscription_import", [StripeOptions.ApiKeySetting], typeof(StripeSubscriptions).Namespace!);
        services.AddTable(SubscriptionStore.Table);
        services.AddQueue(SubscriptionToFetch.Queue);
        services.AddQueue(ImportQueue.Name);
        services.AddRuns<SubscriptionImport>();
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<CustomerSubscriptionsStore>();
        services.AddSingleton<SubscriptionEventHandler>();
        services.AddSingleton<StripeSubscriptions>();
        services.AddSingleton<SubscriptionFetches>();
        services.AddSingleton<ImportQueue>();
        services.AddSingleton<ISweeper, ImportSweeper>();
        services.AddSingleton<IRetention, ImportRetention>();
        services.AddSingleton<IStripeEventHandler>(provider => provider.GetRequiredService<SubscriptionEventHandler>());
        return services;
    }
}
