using System.Globalization;
using System.Net;
using System.Reflection;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost;

/// <summary>The command line.</summary>
/// <param name="Port">Where to listen; 0 for any free port.</param>
/// <param name="Demo">Whether the main jobs are played on sample data.</param>
/// <param name="App">The worker's assembly.</param>
/// <param name="Root">The folder of <c>local.settings.json</c> and <c>.local/</c>.</param>
internal sealed record LaunchOptions(int Port, bool Demo, string App, string Root)
{
    public const int DefaultPort = 7071;

    /// <summary>Whether what the settings lack is started, or added; without it the app runs with what is set, as a deployment does.</summary>
    public bool Services { get; init; } = true;

    public const string Usage = "Usage: [--port <0-65535>] [--no-demo] [--no-services] [--app <worker assembly>] [--root <folder>]";

    /// <exception cref="StartupException">The port is not one, or an argument is unknown.</exception>
    public static LaunchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LaunchOptions(DefaultPort, Demo: true, DefaultApp(), NodeTools.RepositoryRoot);
        var rest = new Queue<string>(args.SelectMany(arg => arg.StartsWith("--", StringComparison.Ordinal) ? arg.Split('=', 2) : [arg]));
        while (rest.TryDequeue(out var name))
        {
            options = name switch
            {
                "--no-demo" => options with { Demo = false },
                "--no-services" => options with { Services = false },
                "--port" => options with { Port = ParsePort(Value(name, rest)) },
                "--app" => options with { App = Path.GetFullPath(Value(name, rest)) },
                "--root" => options with { Root = Path.GetFullPath(Value(name, rest)) },
                _ => throw new StartupException($"Unknown argument '{name}'. {Usage}"),
            };
        }

        return options;
    }

    private static string Value(string name, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new StartupException($"{name} takes a value. {Usage}");

    private static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new StartupException($"--port takes a number from 0 to {IPEndPoint.MaxPort}, not '{text}'.");

    /// <summary>The app that was built with this program, relative to the folder of any of the repository's programs.</summary>
    private static string DefaultApp()
    {
        var relative = typeof(LaunchOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "App").Value!;
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, relative));
    }
}
