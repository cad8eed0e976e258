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
    public async Task AddAsync_NobodyIsFree_WaitsForItsTurn()
    {
        var release = Hold("a");
        var groups = Create(concurrency: 1);
        var blocked = groups.AddAsync("a", 1);
        await UntilAsync(() => _commits.Count == 1);

        var waiting = new[] { groups.AddAsync("b", 2), groups.AddAsync("b", 3), groups.AddAsync("a", 4) };
        Assert.Single(_commits);
        release.SetResult();

        await Task.WhenAll(waiting.Prepend(blocked));
        Assert.Equal([("a", "1"), ("b", "2 3"), ("a", "4")], _commits);
    }

    [Fact]
    public async Task AddAsync_MoreOrFewerMayBeServedThanBefore_OnlySoManyAre()
    {
        var concurrency = 3;
        var groups = new GroupCommit<string, int, int>(line => line.Count, CommitAsync, () => Volatile.Read(ref concurrency));
        var keys = Enumerable.Range(0, 9).Select(number => $"{number}").ToList();
        var releases = keys.Select(Hold).ToList();
        var results = keys.Select(key => groups.AddAsync(key, 1)).ToList();
        await UntilAsync(() => _commits.Count == 3);

        Volatile.Write(ref concurrency, 1);
        releases[0].SetResult();
        releases[1].SetResult();
        await Task.WhenAll(results[0], results[1]);
        releases[2].SetResult();
        await UntilAsync(() => _commits.Count == 4);

        Volatile.Write(ref concurrency, 2);
        releases[3].SetResult();
        await UntilAsync(() => _commits.Count == 6);

        releases.ForEach(release => release.TrySetResult());
        await Task.WhenAll(results);
        Assert.Equal(keys, _commits.Select(commit => commit.Key).Order());
        await UntilAsync(() => groups.Count == 0);
    }

    [Fact]
    public async Task AddAsync_CommitThrows_EachOfTheGroupLearnsAndTheNextIsServed()
    {
        var groups = Create();

        await Assert.ThrowsAsync<InvalidDataException>(() => groups.AddAsync("bad", 1));
        await Assert.ThrowsAsync<InvalidDataException>(() => groups.AddAsync("bad", 2));

        Assert.Equal(6, await groups.AddAsync("a", 3));
    }

    [Fact]
    public async Task AddAsync_OneOfAGroupIsToBlame_TheOthersAreCommittedAlone()
    {
        var release = Hold("a");
        var groups = new GroupCommit<string, int, int>(
            line => line.Count, async (key, items) => items.Contains(3) ? throw new InvalidDataException() : await CommitAsync(key, items), isSplitOnFailure: true);
        var first = groups.AddAsync("a", 1);
        await UntilAsync(() => _commits.Count == 1);

        var others = Enumerable.Range(2, 3).Select(item => groups.AddAsync("a", item)).ToList();
        release.SetResult();

        var results = await Task.WhenAll(first, others[0], others[2]);
        Assert.Equal([2, 4, 8], results);
        await Assert.ThrowsAsync<InvalidDataException>(() => others[1]);
        Assert.Equal([("a", "1"), ("a", "2"), ("a", "4")], _commits);
    }

    private GroupCommit<string, int, int> Create(int concurrency = int.MaxValue) => new(line => Math.Min(3, line.Count), CommitAsync, () => concurrency);

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
