using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Platform.Storage;

public sealed class GroupCommitTests
{
    private readonly List<(string Key, string Items)> _commits = [];
    private readonly Dictionary<string, TaskCompletionSource> _held = [];

    [Fact]
    public async Task AddAsync_WhileOneIsServed_TheNextGather()
    {
        var release = Hold("a");
        var groups = Create();
        var first = groups.AddAsync("a", 1);
        await UntilAsync(() => _commits.Count == 1);

        var others = Enumerable.Range(2, 4).Select(item => groups.AddAsync("a", item)).ToList();
        release.SetResult();

        var results = await Task.WhenAll(others.Prepend(first));

        Assert.Equal([2, 4, 6, 8, 10], results);
        Assert.Equal([("a", "1"), ("a", "2 3 4"), ("a", "5")], _commits);
    }

    [Fact]
    public async Task AddAsync_OtherKey_DoesNotWait()
    {
        var release = Hold("a");
        var groups = Create();
        var blocked = groups.AddAsync("a", 1);

        Assert.Equal(4, await groups.AddAsync("b", 2));

        Assert.False(blocked.IsCompleted);
        release.SetResult();
        await blocked;
    }

    [Fact]
    public async Task AddAsync_CommitThrows_EachOfTheGroupLearnsAndTheNextIsServed()
    {
        var groups = Create();

        await Assert.ThrowsAsync<InvalidDataException>(() => groups.AddAsync("bad", 1));
        await Assert.ThrowsAsync<InvalidDataException>(() => groups.AddAsync("bad", 2));

        Assert.Equal(6, await groups.AddAsync("a", 3));
    }

    private GroupCommit<string, int, int> Create() => new(line => Math.Min(3, line.Count), CommitAsync);

    private async Task<IReadOnlyList<int>> CommitAsync(string key, IReadOnlyList<int> items)
    {
        lock (_commits)
        {
            _commits.Add((key, string.Join(' ', items)));
        }

        await (_held.TryGetValue(key, out var held) ? held.Task : Task.CompletedTask);
        return key == "bad" ? throw new InvalidDataException() : [.. items.Select(item => 2 * item)];
    }

    private TaskCompletionSource Hold(string key) => _held[key] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task<bool> UntilAsync(Func<bool> isIt) => Poll.UntilAsync(() => Task.FromResult(isIt()), done => done);
}
