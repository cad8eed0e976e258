using BillingFunctions.Benchmarks;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.LocalHost;

/// <summary>The local host with the sample app.</summary>
internal static class SampleHost
{
    public static string App => SampleApp.Assembly;

    public static LocalHostProcess Start(TemporaryFolder folder, IReadOnlyDictionary<string, string> settings, params string[] args) =>
        LocalHostProcess.Start(folder.Path, settings, ["--app", App, .. args is [] ? (string[])["--port", "0"] : args]);
}
