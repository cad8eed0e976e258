using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using BillingFunctions.Webhooks.Reconciling;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Webhooks;

internal static class WebhooksRegistration
{
    /// <summary>Adds the inbox for Stripe's events. What is done with them, the capabilities register as <see cref="IStripeEventHandler"/>.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddCapability("webhooks", [StripeOptions.WebhookSecretsSetting], typeof(StripeWebhookFunction).FullName!);
        services.AddCapability("reconciler", [StripeOptions.ApiKeySetting], typeof(ReconcileEventsFunctions).FullName!);
        services.AddCapability("inbox", [], typeof(WebhooksRegistration).Namespace!);
        services.AddSettings<WebhookOptions, WebhookOptionsValidator>(WebhookOptions.Section);
        services.AddTable(InboxStore.Table);
        services.AddTable(RunTable.Name);
        services.AddContainer(InboxStore.Container);
        services.AddQueue(StripeEventBatch.Queue);
        services.AddSingleton<InboxStore>();
        services.AddSingleton<WebhookInbox>();
        services.AddSingleton<WebhookSignature>();
        services.AddSingleton<ApiVersionNotice>();
        services.AddSingleton<ForeignEvents>();
        services.AddSingleton<EventGroups>();
        services.AddSingleton<ISweeper, InboxSweeper>();
        services.AddSingleton<IRetention, InboxRetention>();
        services.AddSingleton<ReconcilerWatermark>();
        services.AddSingleton<StripeEventList>();
        services.AddSingleton<EventReconciler>();
        return services;
    }
}
