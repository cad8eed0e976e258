using System.Text.Json;
using Microsoft.DurableTask;

namespace BillingFunctions.Platform.Durable;

/// <summary>What an orchestrator asks of an activity.</summary>
public interface IRequest
{
    /// <summary>Tells this request from every other that its orchestration may make, of this or another activity. It stands in histories: never change its form.</summary>
    string Key { get; }
}

/// <summary>What an activity answers.</summary>
/// <param name="To">The <see cref="IRequest.Key"/> of the request.</param>
/// <param name="Result">What came of it.</param>
public sealed record Answer<T>(string To, T Result);

internal static class Answer
{
    /// <summary>A crash leaves few answers that nobody waits for, and each meets one call. Who never echoes a request is at fault.</summary>
    private const int MaxCalls = 10;

    /// <summary>The worker writes the names of properties as they are, or in camel case, depending on its settings.</summary>
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public static Answer<T> To<T>(IRequest request, T result) => new(request.Key, result);

    /// <summary>
    /// Calls an activity until it has an answer to this very request. The engine matches answers by the number of the call alone. After a crash an orchestrator may decide
    /// anew, and then an answer to what it asked before comes under the number of another call, or a timer's signal does. See docs/decisions/0010-checked-results.md.
    /// </summary>
    /// <exception cref="TaskFailedException">The activity failed each time that <paramref name="options"/> allow.</exception>
    public static async Task<T> AskAsync<T>(this TaskOrchestrationContext context, TaskName activity, IRequest request, TaskOptions options)
    {
        for (var call = 0; call < MaxCalls; call++)
        {
            var answer = await context.CallActivityAsync<JsonElement>(activity, request, options);
            if (Read<T>(answer) is { } read && read.To == request.Key)
            {
                return read.Result;
            }
        }

        throw new InvalidOperationException($"{activity} gave no answer to '{request.Key}' in {MaxCalls} calls, only to other requests.");
    }

    private static Answer<T>? Read<T>(JsonElement answer)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Object ? answer.Deserialize<Answer<T>>(Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
