using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BillingFunctions.Tests.Local.Hosting;

/// <summary><see cref="SampleApp"/> as a process.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // By its whole path: a test takes the PATH away.
    private static readonly string Dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    private SampleProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
    }

    public IReadOnlyList<string> Errors => [.. _errors];

    public IReadOnlyList<string> Output => [.. _output];

    public static SampleProcess Start(string root, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var tests = Path.ChangeExtension(typeof(SampleProcess).Assembly.Location, null);
        string[] exec = ["exec", "--depsfile", $"{tests}.deps.json", "--runtimeconfig", $"{tests}.runtimeconfig.json"];
        var start = new ProcessStartInfo(Dotnet, [.. exec, Path.Combine(AppContext.BaseDirectory, "BillingFunctions.dll"), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(SampleProcess).Assembly.Location;
        start.Environment[StartupHook.RootVariable] = root;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new SampleProcess(start);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits for a line of output with the text and returns what follows it.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        string? found = null;
        await UntilAsync(() => (found = _output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null || _process.HasExited);
        return found?[(found.IndexOf(text, StringComparison.Ordinal) + text.Length)..]
            ?? throw new InvalidOperationException($"No line with '{text}' in:\n{string.Join('\n', _output)}\n{string.Join('\n', _errors)}");
    }

    public async Task<int> ExitCodeAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, "The condition did not come true in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
