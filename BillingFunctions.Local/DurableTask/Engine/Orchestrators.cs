using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Replay;
using BillingFunctions.Local.DurableTask.Store;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>Plays orchestrators, as many at once as allowed, and brings them back to where their history ends.</summary>
internal sealed class Orchestrators(IDurableFunctions functions, int concurrency, ILoggerFactory loggerFactory) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(concurrency);

    public void Dispose() => _slots.Dispose();

    public async Task<T> PlayAsync<T>(Func<T> play, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return play();
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>A run of an orchestrator after the steps of its history.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The code does not fit the history.</exception>
    public OrchestratorSession Open(
        InstanceRecord record, int epoch, Beginning beginning, IReadOnlyList<HistoryStep> steps, Action reportForeign)
    {
        var parent = record.Parent is { } link ? new ParentOrchestrationInstance(link.Name, link.InstanceId) : null;
        var start = new OrchestrationStart(record.Name, record.InstanceId, record.ExecutionId, epoch, beginning.Input, parent);
        var session = new OrchestratorSession(start, functions, loggerFactory, reportForeign);
        var received = new List<Received>(beginning.Carried);
        foreach (var step in steps)
        {
            received.AddRange(step.Received.Where(item => item.IsForOrchestrator));
            if (step.Decisions is { } decided)
            {
                var played = session.Play(received, step.At, replaying: true);
                Determinism.Check(record.Name, record.InstanceId, decided, played.Decisions);
                received.Clear();
            }
        }

        return session;
    }
}
