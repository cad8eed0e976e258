using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>
/// One run of an orchestrator, alive in memory. It is played a step at a time; between steps it costs nothing but its
/// variables, and it can be thrown away whenever, since its history brings it back.
/// </summary>
internal sealed class OrchestratorSession
{
    private readonly OrchestrationStart _start;
    private readonly IDurableFunctions _functions;
    private readonly DeterministicScheduler _scheduler;
    private readonly OrchestrationContext _context;
    private volatile bool _foreign;
    private bool _ended;
    private Task<object?>? _run;

    /// <param name="start">What to run.</param>
    /// <param name="functions">Runs it.</param>
    /// <param name="loggerFactory">For the orchestrator's loggers.</param>
    /// <param name="reportForeign">Called, on any thread, when the orchestrator has awaited something that is not durable.</param>
    public OrchestratorSession(OrchestrationStart start, IDurableFunctions functions, ILoggerFactory loggerFactory, Action reportForeign)
    {
        _start = start;
        _functions = functions;
        _scheduler = new DeterministicScheduler(() =>
        {
            _foreign = true;
            reportForeign();
        });
        _context = new OrchestrationContext(start, _scheduler, loggerFactory);
    }

    /// <summary>Shows the orchestrator what was received and lets it go as far as it can.</summary>
    public Played Play(IReadOnlyList<Received> received, DateTimeOffset at, bool replaying)
    {
        _context.BeginStep(at, replaying);
        if (_run is null)
        {
            _scheduler.Play(Start);
        }

        foreach (var item in received)
        {
            _scheduler.Play(() => _context.Deliver(item));
        }

        End();
        return _context.EndStep();
    }

    private void Start()
    {
        _run = Task.Factory.StartNew(
            () => _functions.HasOrchestrator(_start.Name)
                ? _functions.RunOrchestratorAsync(_start.Name, _context)
                : throw new InvalidOperationException(
                    $"The function '{_start.Name}' doesn't exist, is disabled, or is not an orchestrator function."),
            CancellationToken.None,
            TaskCreationOptions.None,
            _scheduler).Unwrap();
    }

    private void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (_foreign || !(_run!.IsCompleted || _context.AwaitsSomething))
        {
            _context.Fail(TaskFailureDetails.FromException(new InvalidOperationException(OrchestratorRules.NonDurableAwait)));
        }
        else if (_run.IsCompletedSuccessfully)
        {
            Return(_run.Result);
        }
        else if (_run.IsCompleted)
        {
            var exception = _run.Exception?.InnerException ?? new TaskCanceledException(_run);
            _context.Fail(TaskFailureDetails.FromException(exception).Trim());
        }
        else
        {
            _ended = false;
        }
    }

    private void Return(object? output)
    {
        try
        {
            _context.Finish(DurableJson.Converter.Serialize(output));
        }
        catch (Exception exception) when (exception is NotSupportedException or System.Text.Json.JsonException)
        {
            _context.Fail(TaskFailureDetails.FromException(exception).Trim());
        }
    }
}
