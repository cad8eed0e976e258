using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>A task that an orchestrator was given and that ends when something is received.</summary>
internal interface IOpenTask
{
    void Complete(string? json);

    void Fail(TaskFailureDetails failure);
}

/// <summary>
/// An open task of a result type. Its continuations run in place, because they are bound to the deterministic scheduler anyway.
/// </summary>
internal sealed class OpenTask<T>(string name, int id, DataConverter converter) : IOpenTask
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public void Complete(string? json)
    {
        try
        {
            _source.TrySetResult(converter.Deserialize<T>(json)!);
        }
        catch (Exception exception)
        {
            // Whatever a converter throws is for the orchestrator to see at its await.
            _source.TrySetException(exception);
        }
    }

    public void Fail(TaskFailureDetails failure) => _source.TrySetException(new TaskFailedException(name, id, failure));

    public void Cancel(CancellationToken cancellationToken) => _source.TrySetCanceled(cancellationToken);
}
