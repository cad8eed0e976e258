namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Does work for many who ask at the same time at once. There is a line for each key. Whoever comes alone is served at once; while that is under way the next group
/// of the line gathers, so that under load groups grow by themselves and nobody waits for a timer.
/// </summary>
/// <param name="fits">How many of the first in line make the next group, at least one.</param>
/// <param name="commit">Does the work; gives a result for each of the group, in its order. What it throws, each of the group gets.</param>
internal sealed class GroupCommit<TKey, T, TResult>(Func<IReadOnlyList<T>, int> fits, Func<TKey, IReadOnlyList<T>, Task<IReadOnlyList<TResult>>> commit)
    where TKey : notnull
{
    private readonly Lock _gate = new();

    // A line is there as long as somebody is in it or being served.
    private readonly Dictionary<TKey, List<Member>> _lines = [];

    /// <summary>Joins the next group of a line.</summary>
    public Task<TResult> AddAsync(TKey key, T item)
    {
        var member = new Member(item);
        lock (_gate)
        {
            if (_lines.TryGetValue(key, out var line))
            {
                line.Add(member);
            }
            else
            {
                _lines[key] = [member];
                _ = Task.Run(() => ServeAsync(key), CancellationToken.None);
            }
        }

        return member.Done.Task;
    }

    private async Task ServeAsync(TKey key)
    {
        while (TakeGroup(key) is { Count: > 0 } group)
        {
            await CommitAsync(key, group);
        }
    }

    private async Task CommitAsync(TKey key, List<Member> group)
    {
        try
        {
            var results = await commit(key, [.. group.Select(member => member.Item)]);
            for (var index = 0; index < group.Count; index++)
            {
                group[index].Done.SetResult(results[index]);
            }
        }
        catch (Exception exception)
        {
            group.ForEach(member => member.Done.TrySetException(exception));
        }
    }

    /// <summary>The next group of a line; none when nobody waits any more: then the line is gone.</summary>
    private List<Member> TakeGroup(TKey key)
    {
        lock (_gate)
        {
            var line = _lines[key];
            if (line.Count == 0)
            {
                _lines.Remove(key);
                return [];
            }

            var group = line.GetRange(0, fits([.. line.Select(member => member.Item)]));
            line.RemoveRange(0, group.Count);
            return group;
        }
    }

    private sealed record Member(T Item)
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
