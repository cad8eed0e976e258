using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Reflection;
using BillingFunctions.LocalHost.Services.Processes;

namespace BillingFunctions.LocalHost;

/// <summary>How the app is to be run.</summary>
/// <param name="Port">Where to listen; 0 for any free port.</param>
/// <param name="Demo">Whether the main jobs are played on sample data.</param>
/// <param name="App">The worker's assembly.</param>
/// <param name="Root">The folder of <c>local.settings.json</c> and <c>.local/</c>.</param>
internal sealed record LaunchOptions(int Port, bool Demo, string App, string Root)
{
    public static readonly Option<int> PortOption = new("--port")
    {
        Description = "Where to listen; 0 for any free port.",
        HelpName = $"0-{IPEndPoint.MaxPort}",
        DefaultValueFactory = _ => 7071,
        CustomParser = ParsePort,
    };

    public static readonly Option<bool> NoDemoOption = new("--no-demo") { Description = "Only serve: do not play the main jobs on sample data." };

    public static readonly Option<bool> NoServicesOption = new("--no-services")
    {
        Description = "Add nothing to what is set: no emulator, no simulators, no defaults.",
        Recursive = true,
    };

    public static readonly Option<FileInfo> AppOption = new("--app")
    {
        Description = "Another functions app; its host.json is read beside it.",
        HelpName = "worker assembly",
        Recursive = true,
    };

    public static readonly Option<DirectoryInfo> RootOption = new("--root")
    {
        Description = "The folder of local.settings.json and .local/. [default: the repository's]",
        HelpName = "folder",
        Recursive = true,
    };

    /// <summary>Whether what the settings lack is started, or added; without it the app runs with what is set, as a deployment does.</summary>
    public bool Services { get; init; } = true;

    /// <summary>Whether the standard output is left to a command.</summary>
    public bool Quiet { get; init; }

    public static LaunchOptions From(ParseResult line) => new(
        line.GetValue(PortOption),
        Demo: !line.GetValue(NoDemoOption),
        line.GetValue(AppOption)?.FullName ?? DefaultApp(),
        line.GetValue(RootOption)?.FullName ?? NodeTools.RepositoryRoot)
    {
        Services = !line.GetValue(NoServicesOption),
    };

    private static int ParsePort(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
        {
            return port;
        }

        result.AddError($"--port takes a number from 0 to {IPEndPoint.MaxPort}, not '{result.Tokens[0].Value}'.");
        return 0;
    }

    /// <summary>The app that was built with this program, relative to the folder of any of the repository's programs.</summary>
    private static string DefaultApp()
    {
        var relative = typeof(LaunchOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "App").Value!;
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, relative));
    }
}
