using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Simulators.Amounts;

namespace BillingFunctions.LocalHost.Services;

/// <summary>The amount API: the one that the settings name, else a simulator, now and then as unreliable as a real one.</summary>
internal static class LocalAmounts
{
    private const int WantedPort = 12112;
    private const string Setting = "Amounts:BaseUrl";

    /// <returns>Settings to add.</returns>
    public static async Task<Dictionary<string, string>> StartAsync(IConfiguration configuration, LocalEnvironment local)
    {
        if (configuration[Setting] is { Length: > 0 } given)
        {
            local.Add(new LocalService("Amounts", given));
            return [];
        }

        var options = new AmountSimulatorOptions { Port = LocalPorts.Choose(WantedPort), ZeroRate = 0.03, NullRate = 0.02, MissingRate = 0.01 };
        var simulator = await AmountSimulator.StartAsync(options, CancellationToken.None);
        (simulator.Faults.ServerErrorRate, simulator.Faults.GarbageRate, simulator.Faults.CutRate) = (0.02, 0.01, 0.01);
        simulator.Faults.Latency = simulator.Faults.LatencyJitter = TimeSpan.FromMilliseconds(20);
        local.Add(new LocalService("Amounts", $"simulator at {simulator.BaseUrl}"), simulator);
        return new Dictionary<string, string>
        {
            ["Amounts__BaseUrl"] = simulator.BaseUrl,

            // It recovers at once, so nobody need wait for it as long as for a real one.
            ["Invoicing__RetryDelays"] = "00:00:01,00:00:02,00:00:05,00:00:10,00:00:30",
        };
    }
}
