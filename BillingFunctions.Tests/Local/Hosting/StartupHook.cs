using BillingFunctions.Tests.Local.Hosting;

#pragma warning disable MA0047 // The runtime looks for this name outside of every namespace

/// <summary>
/// Runs <see cref="SampleApp"/> in a process that is started with <c>DOTNET_STARTUP_HOOKS</c>, in place of its own program: so the
/// tests need no further project for it.
/// </summary>
internal static class StartupHook
{
    public const string RootVariable = "BILLING_SAMPLE_ROOT";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is { } root)
        {
            SampleApp.RunAsync(root, Environment.GetCommandLineArgs()[1..]).GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }
}
