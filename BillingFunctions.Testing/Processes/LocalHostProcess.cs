using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace BillingFunctions.Testing.Processes;

/// <summary>The local host as its users run it: a process of its own, with a worker process below it, that can be killed and started again.</summary>
internal sealed partial class LocalHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(60);

    // By its whole path: a test takes the PATH away.
    private static readonly string Dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private LocalHostProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => ReadOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ = _process.WaitForExitAsync().ContinueWith(_ => _listening.TrySetException(new InvalidOperationException($"The host ended at its start:\n{Output}")), TaskScheduler.Default);
    }

    /// <summary>Everything that the host and its worker have written so far.</summary>
    public string Output => string.Join('\n', _output.Concat(_errors));

    public IReadOnlyList<string> Lines => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    public int Id => _process.Id;

    /// <summary>The host's children and theirs, such as the worker.</summary>
    public IReadOnlyList<int> Descendants => [.. DescendantsOf(_process.Id)];

    /// <summary>The worker's process; null while there is none.</summary>
    public int? WorkerId => DescendantsOf(_process.Id).Select(id => (int?)id).FirstOrDefault(id => CommandLine(id!.Value).Contains("--functions-worker-id", StringComparison.Ordinal));

    /// <param name="root">The folder of <c>local.settings.json</c> and <c>.local</c>.</param>
    /// <param name="settings">Environment variables.</param>
    /// <param name="args">More of the command line.</param>
    public static LocalHostProcess Start(string root, IEnumerable<KeyValuePair<string, string>> settings, params string[] args)
    {
        var start = new ProcessStartInfo(Dotnet, [Path.Combine(AppContext.BaseDirectory, "BillingFunctions.LocalHost.dll"), "--root", root, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Hexadecimal. Most of these processes live for less than a minute, which the runtime would spend on compiling better what it has compiled already.
        start.Environment["DOTNET_TC_CallCountThreshold"] = "400";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new LocalHostProcess(start);
    }

    /// <summary>Where the host listens, as soon as it does.</summary>
    public Task<Uri> ListeningAsync() => _listening.Task.WaitAsync(StartTimeout);

    /// <summary>SIGKILL for a process: no finally, no flush, no goodbye.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>SIGKILL for the host.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <param name="signal">Such as <c>TERM</c>.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(ExitTimeout);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void ReadOutput(string? line)
    {
        Keep(_output, line);
        if (line is not null && FunctionUrl().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups["url"].Value));
        }
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    private static IEnumerable<int> DescendantsOf(int id) => Children(id).SelectMany(child => DescendantsOf(child).Prepend(child));

    private static List<int> Children(int id)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{id}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).ToList();
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^    \w+: \[.*\] (?<url>http://[^/]+/)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FunctionUrl();
}
