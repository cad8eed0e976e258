using System.Diagnostics;
using System.Net.Sockets;
using Azure.Data.Tables;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.LocalHost.Services.Processes;

public sealed class ChildProcessTests : IAsyncLifetime
{
    private const string DirectoryVariable = "BILLING_TESTS_PARENT_DIRECTORY";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("billing-child-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // A child whose parent was killed may still be writing.
    public async ValueTask DisposeAsync() => await UntilAsync(TryDelete);

    [Fact]
    public async Task WaitForLineAsync_ToolSaysIt_GivesIt()
    {
        await using var child = ChildProcess.StartNode(Tool("console.log('hello'); console.log('ready 7'); setInterval(() => {}, 1000)"), []);

        var line = await child.WaitForLineAsync(line => line.StartsWith("ready", StringComparison.Ordinal) ? line : null, Deadline, default);

        Assert.Equal("ready 7", line);
    }

    [Fact]
    public async Task WaitForLineAsync_ToolEnds_SaysWhy()
    {
        await using var child = ChildProcess.StartNode(Tool("console.error('port is taken'); process.exit(1)"), []);

        var failure = await Assert.ThrowsAsync<StartupException>(() => child.WaitForLineAsync(_ => (string?)null, Deadline, default));

        Assert.Equal("tool.js ended: port is taken.", failure.Message);
    }

    [Fact]
    public async Task WaitForLineAsync_TooSlow_GivesUp()
    {
        await using var child = ChildProcess.StartNode(Tool("setInterval(() => {}, 1000)"), []);

        var wait = child.WaitForLineAsync(_ => (string?)null, TimeSpan.FromMilliseconds(50), default);

        await Assert.ThrowsAsync<StartupException>(() => wait);
    }

    [Fact]
    public async Task DisposeAsync_ToolThatSaves_LetsItSave()
    {
        var saved = Path.Combine(_directory, "saved");
        var tool = $"process.once('SIGINT', () => {{ require('fs').writeFileSync({Quoted(saved)}, 'x'); process.exit(0) }}); " +
            "console.log('ready'); setInterval(() => {}, 1000)";
        var child = ChildProcess.StartNode(Tool(tool), []);
        await child.WaitForLineAsync(line => line, Deadline, default);

        await child.DisposeAsync();

        Assert.True(File.Exists(saved));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_MeantForTheWholeGroup_DoesNotEndTheToolBeforeItsParent(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The signal is of Unix.");
        var port = FreePort.Find();
        var tool = $"process.once('SIG{signal}', () => process.exit(0)); " +
            $"require('net').createServer(socket => socket.end()).listen({port}, '127.0.0.1')";
        var child = ChildProcess.StartNode(Tool(tool), []);
        await child.WaitForPortAsync(port, Deadline, default);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{child.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // The tool hears of the signal between two of these calls at the latest.
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(Listens(port)));
        await child.DisposeAsync();
        Assert.False(Listens(port));
    }

    [Fact]
    public async Task WaitForPortAsync_ToolListens_Returns()
    {
        var port = FreePort.Find();
        await using var child = ChildProcess.StartNode(Tool($"require('net').createServer().listen({port}, '127.0.0.1')"), []);

        await child.WaitForPortAsync(port, Deadline, default);
    }

    [Fact]
    public async Task Azurite_ParentKilled_SavesAndEnds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The signal is of Unix.");
        using var parent = StartParent();
        var table = new Uri((await ReadAsync("ready")).Trim());

        parent.Kill();
        await UntilAsync(() => !Listens(table.Port));
        await UntilAsync(() => File.ReadAllText(Path.Combine(_directory, "__azurite_db_table__.json")).Contains("Survivor", StringComparison.Ordinal));
    }

    /// <summary>The parent of <see cref="Azurite_ParentKilled_SavesAndEnds"/>: run by it in a process of its own, and never by itself.</summary>
    [Fact(Explicit = true)]
    public static async Task ParentThatIsKilled()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable) ?? throw new InvalidOperationException("Not to be run alone.");
        await using var azurite = await Azurite.StartAsync(new AzuriteOptions(directory), TestContext.Current.CancellationToken);
        var account = azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key);
        await new TableClient(account, "Survivor").CreateIfNotExistsAsync();
        await File.WriteAllTextAsync(Path.Combine(directory, "ready.part"), azurite.TableAddress);
        File.Move(Path.Combine(directory, "ready.part"), Path.Combine(directory, "ready"));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private Process StartParent()
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(ChildProcessTests).Assembly.GetName().Name!);
        var test = $"{typeof(ChildProcessTests).FullName}.{nameof(ParentThatIsKilled)}";
        var start = new ProcessStartInfo(program, ["-method", test, "-explicit", "only"])
        {
            UseShellExecute = false,

            // Its words would get into those by which the test runner hears of results, and some results would be lost.
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // What the parent's own fixtures leave behind goes with this test's directory.
            Environment = { [DirectoryVariable] = _directory, ["TMPDIR"] = _directory },
        };
        return Process.Start(start)!;
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Tool(string code)
    {
        var path = Path.Combine(_directory, "tool.js");
        File.WriteAllText(path, code);
        return path;
    }

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal)}'";

    private async Task<string> ReadAsync(string file)
    {
        var path = Path.Combine(_directory, file);
        await UntilAsync(() => File.Exists(path));
        return await File.ReadAllTextAsync(path);
    }

    private static Task<bool> UntilAsync(Func<bool> condition) => Poll.UntilAsync(() => Task.FromResult(condition()), isIt => isIt, Deadline);

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
