using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Salesforce.Messages;

namespace BillingFunctions.LocalHost.Services;

/// <summary>Salesforce: the organization that the settings name, else, beside the simulated Stripe, a simulator; a real Stripe account is left without one.</summary>
internal static class LocalSalesforce
{
    private const string Name = "Salesforce";
    private const int WantedPort = 12113;
    private const string NoticeSecret = "notice_simulator";

    /// <returns>Settings to add.</returns>
    public static async Task<Dictionary<string, string>> StartAsync(IConfiguration configuration, LocalEnvironment local)
    {
        if (configuration["Salesforce:InstanceUrl"] is { Length: > 0 } given)
        {
            local.Add(new LocalService(Name, given));
            return [];
        }

        if (!local.HasSampleData)
        {
            return [];
        }

        var options = new SalesforceSimulatorOptions { Port = LocalPorts.Choose(WantedPort) };
        var simulator = await SalesforceSimulator.StartAsync(options, CancellationToken.None);
        local.WhenListening(address => simulator.Messages.Add(new OutboundEndpoint(new Uri(address, "api/webhooks/salesforce"))));
        local.Add(new LocalService(Name, $"simulator at {simulator.BaseUrl}"), simulator);
        return new Dictionary<string, string>
        {
            ["Salesforce__InstanceUrl"] = simulator.BaseUrl,
            ["Salesforce__ClientId"] = options.ClientId,
            ["Salesforce__ClientSecret"] = options.ClientSecret,
            ["Salesforce__OrganizationId"] = simulator.OrganizationId,
            ["Salesforce__NoticeSecret"] = NoticeSecret,
        };
    }
}
