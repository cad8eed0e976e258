namespace BillingFunctions.LocalHost.Services.Processes;

/// <summary>The Node tools, with a word to the developer when the first run installs them.</summary>
internal static class LocalTools
{
    /// <exception cref="StartupException">Node is missing or too old, or the installation failed.</exception>
    public static async Task EnsureInstalledAsync()
    {
        if (!Directory.Exists(NodeTools.PathOf("azurite", "")))
        {
            Console.Error.WriteLine("The storage emulator and the mail catcher are installed with \"npm ci\", this once …");
        }

        await NodeTools.EnsureInstalledAsync(CancellationToken.None);
    }
}
