namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Does work for many who ask at the same time at once. There is a line for each key. Whoever comes alone is served at once; while that is under way the next group
/// of the line gathers, so that under load groups grow by themselves and nobody waits for a timer.
/// </summary>
/// <param name="fits">How many of the first in line make the next group, at least one.</param>
/// <param name="commit">Does the work; gives a result for each of the group, in its order. What it throws, each of the group gets.</param>
/// <param name="concurrency">How many groups of different lines are served at once just now, at least one; no limit when null. The others wait, and grow.</param>
/// <param name="isSplitOnFailure">Whether each of a group that fails is tried again alone, since one of them may be to blame for all.</param>
public class GroupCommit<TKey, T, TResult>(
    Func<IReadOnlyList<T>, int> fits, Func<TKey, IReadOnlyList<T>, Task<IReadOnlyList<TResult>>> commit, Func<int>? concurrency = null, bool isSplitOnFailure = false)
    where TKey : notnull
{
    private readonly Lock _gate = new();

    // A line is there as long as somebody is in it or being served.
    private readonly Dictionary<TKey, List<Member>> _lines = [];
    private readonly Queue<TKey> _ready = [];
    private int _serving;
    private int _count;

    /// <summary>How many are in line or being served.</summary>
    public int Count => Volatile.Read(ref _count);

    private int Concurrency => concurrency?.Invoke() ?? int.MaxValue;

    /// <summary>Joins the next group of a line.</summary>
    public Task<TResult> AddAsync(TKey key, T item)
    {
        var member = new Member(item);
        Interlocked.Increment(ref _count);
        lock (_gate)
        {
            if (_lines.TryGetValue(key, out var line))
            {
                line.Add(member);
            }
            else
            {
                _lines[key] = [member];
                _ready.Enqueue(key);
                Grow();
            }
        }

        return member.Done.Task;
    }

    private void Grow()
    {
        if (_ready.Count > 0 && _serving < Concurrency)
        {
            _serving++;
            _ = Task.Run(ServeAsync, CancellationToken.None);
        }
    }

    private async Task ServeAsync()
    {
        while (TakeGroup() is ({ } key, { } group))
        {
            await CommitAsync(key, group);
            Interlocked.Add(ref _count, -group.Count);
            EndTurn(key);
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
        catch (Exception) when (isSplitOnFailure && group.Count > 1)
        {
            foreach (var member in group)
            {
                await CommitAsync(key, [member]);
            }
        }
        catch (Exception exception)
        {
            group.ForEach(member => member.Done.TrySetException(exception));
        }
    }

    /// <summary>The next group of the line whose turn it is; null when nobody waits, or others are enough to serve them.</summary>
    private (TKey Key, List<Member> Group)? TakeGroup()
    {
        lock (_gate)
        {
            if (_serving > Concurrency || !_ready.TryDequeue(out var key))
            {
                _serving--;
                return null;
            }

            var line = _lines[key];
            var group = line.GetRange(0, fits([.. line.Select(member => member.Item)]));
            line.RemoveRange(0, group.Count);
            Grow();
            return (key, group);
        }
    }

    private void EndTurn(TKey key)
    {
        lock (_gate)
        {
            if (_lines[key].Count > 0)
            {
                _ready.Enqueue(key);
            }
            else
            {
                _lines.Remove(key);
            }
        }
    }

    private sealed record Member(T Item)
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
