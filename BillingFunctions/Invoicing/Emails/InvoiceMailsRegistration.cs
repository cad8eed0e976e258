using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Invoicing.Emails;

internal static class InvoiceMailsRegistration
{
    /// <summary>Adds the sending of invoices by mail.</summary>
    public static IServiceCollection AddInvoiceMails(this IServiceCollection services)
    {
        services.AddSingleton<InvoiceMailLedger>();
        services.AddSingleton<InvoiceMailOutcomes>();
        return services;
    }
}
