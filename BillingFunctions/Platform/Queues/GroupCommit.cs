namespace BillingFunctions.Platform.Queues;

/// <summary>
/// Does work for many who ask at the same time at once. Whoever comes alone is served at once; while that is under way the next group gathers,
/// so that under load groups grow by themselves and nobody waits for a timer.
/// </summary>
/// <param name="fits">How many of the first in line make the next group, at least one.</param>
/// <param name="commit">Does the work; gives a result for each of the group, in its order. What it throws, each of the group gets.</param>
internal sealed class GroupCommit<T, TResult>(Func<IReadOnlyList<T>, int> fits, Func<IReadOnlyList<T>, Task<IReadOnlyList<TResult>>> commit)
{
    private readonly Lock _gate = new();
    private readonly List<(T Item, TaskCompletionSource<TResult> Done)> _line = [];
    private bool _working;

    /// <summary>Joins the next group.</summary>
    public Task<TResult> AddAsync(T item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _line.Add((item, done));
            if (!_working)
            {
                _working = true;
                _ = Task.Run(WorkAsync, CancellationToken.None);
            }
        }

        return done.Task;
    }

    private async Task WorkAsync()
    {
        while (TakeGroup() is { Count: > 0 } group)
        {
            try
            {
                var results = await commit([.. group.Select(member => member.Item)]);
                for (var index = 0; index < group.Count; index++)
                {
                    group[index].Done.SetResult(results[index]);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                group.ForEach(member => member.Done.TrySetException(exception));
            }
        }
    }

    private List<(T Item, TaskCompletionSource<TResult> Done)> TakeGroup()
    {
        lock (_gate)
        {
            _working = _line.Count > 0;
            if (!_working)
            {
                return [];
            }

            var group = _line.GetRange(0, fits([.. _line.Select(member => member.Item)]));
            _line.RemoveRange(0, group.Count);
            return group;
        }
    }
}
