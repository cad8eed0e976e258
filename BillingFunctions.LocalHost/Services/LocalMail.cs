using System.Globalization;
using BillingFunctions.LocalHost.Services.Processes;

namespace BillingFunctions.LocalHost.Services;

/// <summary>Mail: the SMTP server the settings name, else a catcher that shows mails on a web page and sends none.</summary>
internal static class LocalMail
{
    /// <summary>How it is called in the banner.</summary>
    public const string Name = "Mail";

    private const string Host = "127.0.0.1";
    private const int SmtpPort = 1025;
    private const int WebPort = 1080;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <returns>Settings to add.</returns>
    /// <exception cref="StartupException">The catcher does not start.</exception>
    public static async Task<Dictionary<string, string>> StartAsync(IConfiguration configuration, LocalEnvironment local, string root)
    {
        if (configuration["Email:Smtp:Host"] is { Length: > 0 } host)
        {
            local.Add(new LocalService(Name, host));
            return [];
        }

        var (smtp, web) = (LocalPorts.Choose(SmtpPort), LocalPorts.Choose(WebPort));
        local.Add(new LocalService(Name, $"http://{Host}:{web}/"), await StartCatcherAsync(smtp, web, root));
        return new Dictionary<string, string>
        {
            ["Email__Smtp__Host"] = Host,
            ["Email__Smtp__Port"] = smtp.ToString(CultureInfo.InvariantCulture),
            ["Email__Smtp__UseTls"] = "false",
        };
    }

    private static async Task<ChildProcess> StartCatcherAsync(int smtp, int web, string root)
    {
        await LocalTools.EnsureInstalledAsync();
        var catcher = ChildProcess.StartNode(
            NodeTools.PathOf("maildev", "bin/maildev"),
            ["--ip", Host, "--smtp", $"{smtp}", "--web", $"{web}", "--mail-directory", LocalFolder.Create(root, "mail"), "--silent"]);
        try
        {
            await catcher.WaitForPortAsync(smtp, StartTimeout, CancellationToken.None);
            await catcher.WaitForPortAsync(web, StartTimeout, CancellationToken.None);
            return catcher;
        }
        catch
        {
            await catcher.DisposeAsync();
            throw;
        }
    }
}
