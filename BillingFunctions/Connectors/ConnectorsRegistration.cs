using BillingFunctions.Connectors.Drift;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Requests;
using BillingFunctions.Connectors.Salesforce;
using BillingFunctions.Connectors.Sending;
using BillingFunctions.Connectors.Shadow;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Connectors.Stripe;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors;

internal static class ConnectorsRegistration
{
    /// <summary>Adds requests about customers, and the systems that follow them.</summary>
    public static IServiceCollection AddConnectors(this IServiceCollection services)
    {
        services.AddCapability("connectors", [], typeof(ConnectorsRegistration).Namespace!);
        services.AddTable(ConnectorOutbox.Table).AddTable(ConnectorTaskStore.Table).AddTable(ConnectorStates.Table);
        services.AddShadowMode();
        services.AddSingleton<ConnectorSet>();
        services.AddSingleton<IValidateOptions<FieldOwners>, ConnectorOwnersValidator>();
        services.AddSingleton<ConnectorOutbox>();
        services.AddSingleton<ConnectorQueues>();
        services.AddSingleton<ConnectorStates>();
        services.AddSingleton<ConnectorTaskStore>();
        services.AddSingleton<OutboxFollower>();
        services.AddSingleton<ICustomerFollower>(provider => provider.GetRequiredService<OutboxFollower>());
        services.AddSingleton<RequestCustomer>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<SendCustomers>();
        services.AddSingleton<SendInvoice>();
        services.AddSingleton<ConnectorSender>();
        services.AddSingleton<ConnectorPoisonMessage>();
        services.AddSingleton<DriftReports>();
        services.AddSingleton<CompareConnector>();
        services.AddSingleton<ISweeper, OutboxSweeper>();
        services.AddStripeConnector();
        services.AddSalesforceConnector();
        return services;
    }

    private static void AddStripeConnector(this IServiceCollection services)
    {
        services.AddCapability("connector_stripe", [StripeOptions.ApiKeySetting], typeof(StripeConnector).Namespace!);
        services.AddConnector<StripeConnector>("stripe");
        services.AddSingleton<StripeInvoiceCalls>();
    }

    /// <summary>Adds a connector and its queue. In shadow mode what it would write is recorded instead.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name.</param>
    public static IServiceCollection AddConnector<TConnector>(this IServiceCollection services, string name)
        where TConnector : class, ICustomerConnector =>
        services.AddQueue(ConnectorSet.QueueNameOf(name)).AddSingleton(new ConnectorName(name)).AddSingleton<TConnector>().AddSingleton<ICustomerConnector>(provider =>
            provider.GetRequiredService<ShadowMode>() is { IsOn: true } shadow
                ? new ShadowConnector(provider.GetRequiredService<TConnector>(), shadow, provider.GetRequiredService<TimeProvider>())
                : provider.GetRequiredService<TConnector>());
}
