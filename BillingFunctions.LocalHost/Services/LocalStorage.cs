using System.Net.Sockets;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.LocalHost.Services.Processes;

namespace BillingFunctions.LocalHost.Services;

/// <summary>Storage: the account the settings name, else the emulator.</summary>
internal static class LocalStorage
{
    private const string Setting = "AzureWebJobsStorage";
    private const string Development = "UseDevelopmentStorage=true";
    private const string Name = "Storage";
    private static readonly int[] EmulatorPorts = [10000, 10001, 10002];
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <returns>Settings to add.</returns>
    /// <exception cref="StartupException">Storage does not start or cannot be reached.</exception>
    public static async Task<Dictionary<string, string>> StartAsync(IConfiguration configuration, LocalEnvironment local, string root)
    {
        var section = configuration.GetSection(Setting);
        if (section.Value is { Length: > 0 } connection && !IsDevelopment(connection))
        {
            local.Add(new LocalService(Name, await ReachAsync(connection)));
            return [];
        }

        if (section.GetChildren().Any())
        {
            local.Add(new LocalService(Name, "an account reached with an identity"));
            return [];
        }

        await StartEmulatorAsync(local, root);
        return new Dictionary<string, string> { [Setting] = Development };
    }

    private static bool IsDevelopment(string connection)
        => string.Equals(connection.Trim().TrimEnd(';'), Development, StringComparison.OrdinalIgnoreCase);

    private static async Task StartEmulatorAsync(LocalEnvironment local, string root)
    {
        var taken = EmulatorPorts.Where(LocalPorts.IsTaken).ToList();
        if (taken.Count == EmulatorPorts.Length)
        {
            local.Add(new LocalService(Name, $"the emulator that listens on ports {EmulatorPorts[0]} to {EmulatorPorts[^1]} already"));
            return;
        }

        if (taken.Count > 0)
        {
            throw new StartupException($"Port {taken[0]} is taken, but the storage emulator needs it. Free it, or set {Setting}.");
        }

        await LocalTools.EnsureInstalledAsync();
        var data = LocalFolder.Create(root, "azurite");
        var options = new AzuriteOptions(data) { BlobPort = EmulatorPorts[0], QueuePort = EmulatorPorts[1], TablePort = EmulatorPorts[2] };
        var azurite = await Azurite.StartAsync(options, CancellationToken.None);
        local.Add(new LocalService(Name, $"Azurite, data in {data}"), azurite);
    }

    /// <summary>Tries the services before the clients do, which would retry for minutes.</summary>
    /// <returns>Where the tables are.</returns>
    private static async Task<string> ReachAsync(string connection)
    {
        try
        {
            var tables = new TableServiceClient(connection).Uri;
            foreach (var endpoint in (Uri[])[new BlobServiceClient(connection).Uri, new QueueServiceClient(connection).Uri, tables])
            {
                await ConnectAsync(endpoint);
            }

            return tables.ToString();
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StartupException($"{Setting}: {exception.Message}", exception);
        }
    }

    private static async Task ConnectAsync(Uri endpoint)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(ConnectTimeout, TimeProvider.System);
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, deadline.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            throw new StartupException($"Storage at {endpoint.Authority} cannot be reached ({Setting}): {exception.Message}", exception);
        }
    }
}
