using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The body of the message that an invocation is for.</summary>
internal sealed record QueuePayload(BinaryData Body)
{
    /// <exception cref="InvalidOperationException">The body is no JSON of that type.</exception>
    public object? As(Type type, FunctionContext context)
    {
        try
        {
            return WorkerJson.Serializer.Deserialize(Body.ToStream(), type, context.CancellationToken);
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException(
                $"The message is no JSON of a {type.Name}: {exception.Message} Bind it to a string to get it as it is.", exception);
        }
    }
}
