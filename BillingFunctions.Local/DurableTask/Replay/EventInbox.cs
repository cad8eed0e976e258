using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>
/// Brings external events and those who wait for them together. The last waiter of a name gets the next event, so that a
/// wait that was given up in a WhenAny does not swallow one; a canceled waiter gets none.
/// </summary>
internal sealed class EventInbox(DataConverter converter, DeterministicScheduler scheduler)
{
    private readonly List<EventRaised> _kept = [];
    private readonly List<Waiter> _waiters = [];

    public int Waiting => _waiters.Count;

    /// <summary>Events that nobody has waited for yet, oldest first.</summary>
    public IReadOnlyList<EventRaised> Kept => _kept;

    /// <exception cref="ArgumentException">Somebody waits for the same name with another type.</exception>
    public Task<T> Wait<T>(string name, CancellationToken cancellationToken)
    {
        if (_waiters.Find(other => IsNamed(other.Name, name)) is { } existing && existing.Type != typeof(T))
        {
            throw new ArgumentException(
                "Events with the same name must have the same type argument. "
                + $"Expected {existing.Type.FullName} but was requested {typeof(T).FullName}.",
                nameof(name));
        }

        var open = new OpenTask<T>(name, 0, converter);
        if (_kept.FindIndex(raised => IsNamed(raised.Name, name)) is var index and >= 0)
        {
            var raised = _kept[index];
            _kept.RemoveAt(index);
            open.Complete(raised.Input);
        }
        else
        {
            Add(new Waiter(name, typeof(T), open), open, cancellationToken);
        }

        return open.Task;
    }

    public void Raise(EventRaised raised)
    {
        if (_waiters.FindLastIndex(waiter => IsNamed(waiter.Name, raised.Name)) is var index and >= 0)
        {
            var waiter = _waiters[index];
            _waiters.RemoveAt(index);
            waiter.Open.Complete(raised.Input);
        }
        else
        {
            _kept.Add(raised);
        }
    }

    private static bool IsNamed(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private void Add<T>(Waiter waiter, OpenTask<T> open, CancellationToken cancellationToken)
    {
        _waiters.Add(waiter);
        cancellationToken.Register(() =>
        {
            if (scheduler.CheckPlaying() && _waiters.Remove(waiter))
            {
                open.Cancel(cancellationToken);
            }
        });
    }

    private sealed record Waiter(string Name, Type Type, IOpenTask Open);
}
