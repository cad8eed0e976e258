namespace BillingFunctions.LocalHost.Services;

/// <summary>Starts what the settings do not name, storage, mail, Stripe, Salesforce and the amount API, and adds their addresses to the settings.</summary>
internal static class LocalServices
{
    /// <exception cref="StartupException">Something does not start or cannot be reached.</exception>
    public static async Task StartAsync(LocalEnvironment local, string root)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        Dictionary<string, string>[] added =
        [
            await LocalStorage.StartAsync(configuration, local, root),
            await LocalMail.StartAsync(configuration, local, root),
            await LocalStripe.StartAsync(configuration, local),
            await LocalSalesforce.StartAsync(configuration, local),
            await LocalAmounts.StartAsync(configuration, local),
        ];
        LocalSettings.Add(added.SelectMany(settings => settings));
        LocalSettings.ShareStorage();
    }
}
