using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

internal static class InboundRegistration
{
    /// <summary>Adds what comes in from Salesforce: notices of changes, and the changes that no notice has told of.</summary>
    public static IServiceCollection AddSalesforceInbound(this IServiceCollection services)
    {
        services.AddQueue(SalesforceNotice.Queue);
        services.AddSingleton<OutboundSender>();
        services.AddSingleton<NoticeSignature>();
        services.AddSingleton<SalesforceNotices>();
        services.AddSingleton<TakeRecords>();
        services.AddSingleton<ChangeMemory>();
        return services;
    }
}
