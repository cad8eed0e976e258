using BillingFunctions.Dashboard.Downloads;
using BillingFunctions.Dashboard.Fragments;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Downloads;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Dashboard;

internal static class DashboardRegistration
{
    /// <summary>Adds the routes behind the web page, which need storage.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddCapability("dashboard", [], typeof(GetDownloadLinkFunction).Namespace!);
        return services.AddSingleton<DownloadLinks>();
    }

    /// <summary>Adds the web page, and has its requests to the API answered in HTML. Before <c>AddHttp</c>, whose problems it shows.</summary>
    public static FunctionsApplicationBuilder AddFragments(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<FragmentMiddleware>();
        builder.Services.AddSingleton<HtmlPages>();
        return builder;
    }
}
