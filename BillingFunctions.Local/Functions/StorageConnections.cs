using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>Finds the storage that a setting names.</summary>
internal sealed class StorageConnections(IConfiguration settings, IServiceProvider services)
{
    public const string Default = "AzureWebJobsStorage";

    /// <summary>A client for the connection string in the setting; the app's own client where settings name an identity instead.</summary>
    /// <exception cref="StartupException">There is neither.</exception>
    public TClient Client<TClient>(string? connection, string subject, Func<string, TClient> connect)
        where TClient : class
    {
        var name = string.IsNullOrEmpty(connection) ? Default : connection;
        var text = settings["AzureWebJobs" + name] ?? settings[name] ?? settings.GetConnectionString(name);
        try
        {
            return string.IsNullOrEmpty(text)
                ? services.GetService<TClient>() ?? throw new StartupException($"{subject} needs storage: set {name} to a connection string.")
                : connect(text);
        }
        catch (FormatException exception)
        {
            throw new StartupException($"{subject} needs storage: {name} is not right. {exception.Message}", exception);
        }
    }
}
