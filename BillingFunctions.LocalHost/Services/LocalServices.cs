using Microsoft.Extensions.Configuration;

namespace BillingFunctions.LocalHost.Services;

/// <summary>
/// Starts what the settings do not name, storage, mail, Stripe and the amount API, and puts their addresses into the settings before
/// the app reads them.
/// </summary>
internal static class LocalServices
{
    /// <exception cref="StartupException">Something does not start or cannot be reached.</exception>
    public static async Task StartAsync(ConfigurationManager configuration, LocalEnvironment local, string root)
    {
        try
        {
            configuration.AddInMemoryCollection(await LocalStorage.StartAsync(configuration, local, root));
            configuration.AddInMemoryCollection(await LocalMail.StartAsync(configuration, local, root));
            configuration.AddInMemoryCollection(await LocalStripe.StartAsync(configuration, local));
            configuration.AddInMemoryCollection(await LocalAmounts.StartAsync(configuration, local));
        }
        catch
        {
            await local.DisposeAsync();
            throw;
        }
    }
}
