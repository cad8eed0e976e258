using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Shadow;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Email;

internal static class EmailRegistration
{
    /// <summary>Adds the sending of mails.</summary>
    public static IServiceCollection AddEmail(this IServiceCollection services)
    {
        services.AddSettings<EmailOptions, EmailOptionsValidator>(EmailOptions.Section);
        services.AddShadowMode();
        services.AddSingleton<Mailer>();
        return services;
    }
}
