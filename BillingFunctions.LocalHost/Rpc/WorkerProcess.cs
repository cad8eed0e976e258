using System.Diagnostics;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>The app's process, started as the real host starts it.</summary>
internal static class WorkerProcess
{
    private const string MaxMessageLength = "2147483647";

    /// <summary>Ours, after those that the user may have set.</summary>
    private static string Hooks { get; } = string.Join(
        Path.PathSeparator, new[] { Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS"), typeof(StartupHook).Assembly.Location }.Where(hook => !string.IsNullOrEmpty(hook)));

    public static Process Start(string assembly, Uri endpoint, string workerId)
    {
        var directory = Path.GetDirectoryName(assembly)!;
        var request = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo("dotnet",
        [
            assembly,
            "--host", endpoint.Host, "--port", $"{endpoint.Port}", "--workerId", workerId, "--requestId", request,
            "--grpcMaxMessageLength", MaxMessageLength,
            "--functions-uri", endpoint.AbsoluteUri, "--functions-worker-id", workerId, "--functions-request-id", request,
            "--functions-grpc-max-message-length", MaxMessageLength,
        ])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            UseShellExecute = false,
            Environment =
            {
                ["FUNCTIONS_WORKER_DIRECTORY"] = directory,
                ["FUNCTIONS_APPLICATION_DIRECTORY"] = directory,
                ["DOTNET_STARTUP_HOOKS"] = Hooks,
            },
        };
        return Process.Start(start)!;
    }
}
