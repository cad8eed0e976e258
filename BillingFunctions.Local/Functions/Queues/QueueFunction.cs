using Azure.Storage.Queues;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>A function with its queues.</summary>
/// <param name="Function">The function.</param>
/// <param name="Queue">Its messages as they are stored, so that a badly encoded one can be received too.</param>
/// <param name="Poison">Where messages go that cannot be dealt with; null when there is no such place.</param>
internal sealed record QueueFunction(FunctionDescriptor Function, QueueClient Queue, QueueClient? Poison);
