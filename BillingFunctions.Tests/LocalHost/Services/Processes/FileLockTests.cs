using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.LocalHost.Services.Processes;

public sealed class FileLockTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Take_FileIsTaken_WaitsUntilItIsFree()
    {
        var path = Path.Combine(_folder.Path, ".local", "npm.lock");
        var first = await FileLock.TakeAsync(path, TestContext.Current.CancellationToken);
        var second = FileLock.TakeAsync(path, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await (await second.WaitAsync(Deadline, TestContext.Current.CancellationToken)).DisposeAsync();
    }

    [Fact]
    public async Task Take_FileCannotBeMade_SaysSoInALine()
    {
        var path = Path.Combine(_folder.Path, new string('x', 300));

        var exception = await Assert.ThrowsAsync<StartupException>(
            () => FileLock.TakeAsync(path, TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path} cannot be opened: ", exception.Message);
    }
}
