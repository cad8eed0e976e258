using BillingFunctions.Local.DurableTask.History;
using DurableTask.Core.Exceptions;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>Compares what an orchestrator decides in a replay with what its history says it decided.</summary>
internal static class Determinism
{
    private const string Advice =
        "The code has changed while the instance was under way, or it takes time, random values or data from outside its context.";

    /// <exception cref="NonDeterministicOrchestrationException">They differ; the message names both.</exception>
    public static void Check(string orchestrator, string instanceId, IReadOnlyList<Decision> history, IReadOnlyList<Decision> code)
    {
        for (var i = 0; i < Math.Max(history.Count, code.Count); i++)
        {
            var expected = i < history.Count ? history[i] : null;
            var actual = i < code.Count ? code[i] : null;
            if (expected?.Id != actual?.Id || expected?.Label != actual?.Label)
            {
                throw new NonDeterministicOrchestrationException(
                    $"Non-deterministic orchestrator '{orchestrator}' (instance '{instanceId}'): "
                    + $"the history has {Describe(expected)}, but the code did {Describe(actual)}. {Advice}");
            }
        }
    }

    private static string Describe(Decision? decision) => decision is null ? "nothing more in this step" : $"{decision.Label} as #{decision.Id}";
}
