using BillingFunctions.Dashboard.Fragments;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Dashboard;

internal static class DashboardRegistration
{
    /// <summary>Adds the web page, and has its requests to the API answered in HTML. Before <c>AddHttp</c>, whose problems it shows.</summary>
    public static FunctionsApplicationBuilder AddDashboard(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<FragmentMiddleware>();
        builder.Services.AddSingleton<HtmlPages>();
        return builder;
    }
}
