using System.Globalization;
using System.Net;

namespace BillingFunctions.LocalHost;

/// <summary>What the command line says to the host; the rest of it is configuration.</summary>
/// <param name="Port">Where to listen; 0 for any free port.</param>
/// <param name="Demo">Whether the main jobs are played on sample data.</param>
/// <param name="Rest">Arguments that are not the host's.</param>
internal sealed record LaunchOptions(int Port, bool Demo, IReadOnlyList<string> Rest)
{
    public const int DefaultPort = 7071;

    /// <exception cref="StartupException">The port is not one.</exception>
    public static LaunchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LaunchOptions(DefaultPort, Demo: true, []);
        var rest = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--no-demo":
                    options = options with { Demo = false };
                    break;
                case "--port":
                    options = options with { Port = ParsePort(i + 1 < args.Count ? args[++i] : "") };
                    break;
                case var arg when arg.StartsWith("--port=", StringComparison.Ordinal):
                    options = options with { Port = ParsePort(arg["--port=".Length..]) };
                    break;
                default:
                    rest.Add(args[i]);
                    break;
            }
        }

        return options with { Rest = rest };
    }

    private static int ParsePort(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new StartupException($"--port takes a number from 0 to {IPEndPoint.MaxPort}, not '{text}'.");
}
