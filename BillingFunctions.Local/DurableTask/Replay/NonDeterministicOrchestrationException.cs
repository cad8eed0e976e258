namespace DurableTask.Core.Exceptions;

/// <summary>An orchestrator's code did something else than its history says. Named as the vendor's, whose name ends up in failures.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
