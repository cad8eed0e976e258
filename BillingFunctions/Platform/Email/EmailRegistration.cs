using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Email;

internal static class EmailRegistration
{
    /// <summary>Adds the sending of mails.</summary>
    public static IServiceCollection AddEmail(this IServiceCollection services)
    {
        services.AddOptions<EmailOptions>().BindConfiguration(EmailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>();
        services.AddSingleton<Mailer>();
        return services;
    }
}
