using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BillingFunctions.LocalHost.Services.Processes;

/// <summary>The Node tools of the repository, installed on first use.</summary>
internal static class NodeTools
{
    private const int OldestNode = 20;

    /// <summary>The folder with <c>package.json</c> and <c>host.json</c> above the program.</summary>
    /// <exception cref="StartupException">There is none.</exception>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Where a file of an installed package is.</summary>
    public static string PathOf(string package, string file) => Path.Combine(RepositoryRoot, "node_modules", package, file);

    /// <summary>Installs the packages unless they are there; one process at a time.</summary>
    /// <exception cref="StartupException">Node is missing or too old, or the installation failed or cannot be begun.</exception>
    public static async Task EnsureInstalledAsync(CancellationToken cancellationToken)
    {
        await CheckNodeAsync(cancellationToken);
        if (IsInstalled())
        {
            return;
        }

        await using var exclusive = await FileLock.TakeAsync(Path.Combine(RepositoryRoot, ".local", "npm.lock"), cancellationToken);
        if (!IsInstalled())
        {
            var (code, output) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci"], cancellationToken);
            if (code != 0)
            {
                throw new StartupException($"\"npm ci\" in {RepositoryRoot} failed: {LastLine(output)}");
            }
        }
    }

    // npm writes its own lock file last, so an interrupted installation does not count.
    private static bool IsInstalled() =>
        Directory.Exists(PathOf("azurite", string.Empty)) && File.Exists(PathOf(string.Empty, ".package-lock.json"));

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var (_, output) = await RunAsync("node", ["--version"], cancellationToken);
        var major = output.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, CultureInfo.InvariantCulture, out var number) || number < OldestNode)
        {
            throw new StartupException($"Node.js {OldestNode} or newer is needed; this is {output.Trim()}.");
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = RepositoryRoot,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output + await errors);
        }
        catch (Win32Exception exception)
        {
            throw new StartupException($"Node.js {OldestNode} or newer is needed: \"{program}\" does not start.", exception);
        }
    }

    private static string LastLine(string output) => output.TrimEnd().Split('\n')[^1].Trim();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "package.json")) && File.Exists(Path.Combine(folder.FullName, "host.json")))
            {
                return folder.FullName;
            }
        }

        throw new StartupException($"No folder above {AppContext.BaseDirectory} has package.json and host.json.");
    }
}
