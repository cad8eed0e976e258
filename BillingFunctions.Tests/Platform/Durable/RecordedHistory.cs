using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Protobuf;
using Microsoft.DurableTask.Worker.Grpc;

namespace BillingFunctions.Tests.Platform.Durable;

/// <summary>
/// The events of one generation of an orchestration, and what the orchestrator decided each time that it ran: a file of <c>Histories/</c>, an event or a decision a line. Each run
/// had the events so far, some of them new. So the runs before the last are those of an instance that is under way.
/// </summary>
internal sealed class RecordedHistory
{
    private readonly List<string> _events = [];
    private readonly List<RecordedRun> _runs = [];

    public int Runs => _runs.Count;

    /// <summary>All that it has decided, for assertions on what is recorded at all.</summary>
    public IEnumerable<string> Decisions => _runs.SelectMany(run => run.Decisions);

    public void Add(OrchestratorRequest request, OrchestratorResponse response)
    {
        // Without the paths of this machine.
        foreach (var failed in request.PastEvents.Concat(request.NewEvents).Where(one => one.TaskFailed is not null))
        {
            failed.TaskFailed.FailureDetails.StackTrace = null;
        }

        var past = request.PastEvents.Select(TextOf).ToList();
        if (!past.Take(_events.Count).SequenceEqual(_events))
        {
            throw new InvalidOperationException("The engine has changed events that were there.");
        }

        _events.AddRange(past.Skip(_events.Count).Concat(request.NewEvents.Select(TextOf)));
        _runs.Add(new RecordedRun(past.Count, request.NewEvents.Count, DecisionsOf(response)));
    }

    public static RecordedHistory Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var history = new RecordedHistory();
        history._events.AddRange(document.RootElement.GetProperty("events").EnumerateArray().Select(one => one.GetRawText()));
        history._runs.AddRange(document.RootElement.GetProperty("runs").EnumerateArray().Select(run => new RecordedRun(
            run.GetProperty("past").GetInt32(), run.GetProperty("new").GetInt32(), [.. run.GetProperty("decisions").EnumerateArray().Select(one => one.GetRawText())])));
        return history;
    }

    public void Write(string file)
    {
        var text = new StringBuilder("{\n  \"events\": [\n    ").AppendJoin(",\n    ", _events).Append("\n  ],\n  \"runs\": [\n    ");
        text.AppendJoin(",\n    ", _runs.Select(run => $$"""{ "past": {{run.Past}}, "new": {{run.New}}, "decisions": [{{string.Concat(run.Decisions.Select((decision, index) => $"{(index > 0 ? "," : "")}\n      {decision}"))}}] }"""));
        File.WriteAllText(file, text.Append("\n  ]\n}\n").ToString());
    }

    /// <summary>Runs an orchestrator with the events of each recorded run, as the worker does.</summary>
    /// <typeparam name="TInput">Its input.</typeparam>
    /// <returns>The first run in which it does not decide what was decided then; null when there is none.</returns>
    public string? FindDeviation<TInput>(Func<TaskOrchestrationContext, Task> orchestrator)
    {
        for (var number = 0; number < _runs.Count; number++)
        {
            var run = _runs[number];
            var request = new OrchestratorRequest { InstanceId = "recorded" };
            request.PastEvents.AddRange(_events.Take(run.Past).Select(HistoryEvent.Parser.ParseJson));
            request.NewEvents.AddRange(_events.Skip(run.Past).Take(run.New).Select(HistoryEvent.Parser.ParseJson));
            var answer = GrpcOrchestrationRunner.LoadAndRun<TInput, object>(Convert.ToBase64String(request.ToByteArray()), async (context, _) =>
            {
                await orchestrator(context);
                return null;
            });
            var decisions = DecisionsOf(OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(answer)));
            if (!decisions.SequenceEqual(run.Decisions))
            {
                return $"Run {number} decides\n{string.Join('\n', decisions)}\nIt was\n{string.Join('\n', run.Decisions)}";
            }
        }

        return null;
    }

    /// <summary>Without what differs each time and decides nothing: ids of traces.</summary>
    private static string[] DecisionsOf(OrchestratorResponse response) => [.. response.Actions.Select(action =>
    {
        var decision = action.Clone();
        if (decision.ScheduleTask is { } task)
        {
            task.ParentTraceContext = null;
        }

        return TextOf(decision);
    })];

    private static string TextOf(IMessage message) => JsonFormatter.Default.Format(message);
}

/// <summary>A run of an orchestrator.</summary>
/// <param name="Past">How many events it had handled before.</param>
/// <param name="New">How many came after those.</param>
/// <param name="Decisions">What it decided.</param>
internal sealed record RecordedRun(int Past, int New, IReadOnlyList<string> Decisions);
