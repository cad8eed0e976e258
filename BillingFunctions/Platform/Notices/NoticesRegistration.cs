using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Notices;

internal static class NoticesRegistration
{
    /// <summary>How long a receiver may take to answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Adds the queue of notices and what sends them.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.AddSettings<NoticeOptions, NoticeOptionsValidator>(NoticeOptions.Section);
        services.AddQueue(Notice.Queue);
        services.AddSingleton<NoticeQueue>();
        services.AddShadowMode();

        // A redirect would take the notice to an address that nobody has asked for.
        services.AddHttpClient(NoticeSender.Client, http => http.Timeout = Timeout)
            .UseSocketsHttpHandler((handler, _) => (handler.AllowAutoRedirect, handler.UseCookies) = (false, false)).AddHttpMessageHandler<ShadowGuard>().RemoveAllLoggers();
        services.AddSingleton<NoticeSender>();
        return services;
    }
}
