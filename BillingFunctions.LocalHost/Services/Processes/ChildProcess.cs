using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace BillingFunctions.LocalHost.Services.Processes;

/// <summary>A Node tool that ends with this process, however this process ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 1000;
    private static readonly string Wrapper = ReadWrapper();
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PortPoll = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly string _name;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(KeptLines) { FullMode = BoundedChannelFullMode.DropOldest });

    private int _openStreams = 2;

    private ChildProcess(ProcessStartInfo start, string name)
    {
        _name = name;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>The operating system's number of the process.</summary>
    public int Id => _process.Id;

    /// <param name="script">The tool's entry point.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="environment">Variables on top of this process's own.</param>
    public static ChildProcess StartNode(
        string script,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("node", ["-e", Wrapper, "--", script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(start, Path.GetFileName(script));
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line of output that <paramref name="read"/> makes something of; earlier calls' lines are gone.</summary>
    /// <exception cref="StartupException">The process ended, or said no such thing in time.</exception>
    public async Task<T> WaitForLineAsync<T>(Func<string, T?> read, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var last = "it said nothing";
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(either.Token))
            {
                if (read(line) is { } found)
                {
                    return found;
                }

                last = line;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new StartupException($"{_name} is not ready after {timeout.TotalSeconds} s: {last}.");
        }

        throw new StartupException($"{_name} ended: {last}.");
    }

    /// <summary>Waits until something listens on a port of this machine.</summary>
    /// <exception cref="StartupException">The process ended, or nothing listens in time.</exception>
    public async Task WaitForPortAsync(int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await ListensAsync(port, cancellationToken))
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(started) > timeout)
            {
                throw new StartupException($"{_name} does not listen on port {port}.");
            }

            await Task.Delay(PortPoll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Asks the tool to stop, so that it saves what it has, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopTimeout, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    // A stream ends with a null; both have to, for all output to be there.
    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Writer.TryWrite(line);
        }
        else if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            _lines.Writer.Complete();
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string ReadWrapper()
    {
        using var stream = typeof(ChildProcess).Assembly.GetManifestResourceStream("child.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
