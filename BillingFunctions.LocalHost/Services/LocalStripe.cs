using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Webhooks;

namespace BillingFunctions.LocalHost.Services;

/// <summary>Stripe: the account whose key the settings hold, else a simulator with sample customers.</summary>
internal static class LocalStripe
{
    private const int WantedPort = 12111;
    private const int SampleCustomers = 1000;
    private const string WebhookSecret = "whsec_simulator";

    /// <returns>Settings to add.</returns>
    public static async Task<Dictionary<string, string>> StartAsync(IConfiguration configuration, LocalEnvironment local)
    {
        if (configuration["Stripe:ApiKey"] is { Length: > 0 })
        {
            local.Add(new LocalService("Stripe", configuration["Stripe:ApiBase"] is { Length: > 0 } given ? given : "https://api.stripe.com"));
            return [];
        }

        var options = new StripeSimulatorOptions
        {
            Port = LocalPorts.Choose(WantedPort),
            Customers = new CustomerSeedOptions { Count = SampleCustomers },
        };
        var simulator = await StripeSimulator.StartAsync(options, CancellationToken.None);
        local.HasSampleData = true;
        local.WhenListening(address => simulator.Webhooks.Add(new WebhookEndpoint(new Uri(address, "api/webhooks/stripe"), WebhookSecret)));
        local.Add(new LocalService("Stripe", $"simulator at {simulator.BaseUrl}, {simulator.CustomerCount} customers"), simulator);
        return new Dictionary<string, string>
        {
            ["Stripe__ApiKey"] = "sk_test_simulator",
            ["Stripe__ApiBase"] = simulator.BaseUrl,
            ["Stripe__WebhookSecrets"] = WebhookSecret,
        };
    }
}
