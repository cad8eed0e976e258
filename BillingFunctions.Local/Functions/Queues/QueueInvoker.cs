using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Runs a function for one message.</summary>
internal sealed class QueueInvoker(FunctionInvoker invoker, RunningInvocations running, IServiceScopeFactory scopes)
{
    /// <returns>How it ended; the invoker has logged why it failed.</returns>
    public async Task<QueueOutcome> InvokeAsync(FunctionDescriptor function, QueueMessage message, BinaryData body)
    {
        using var cancellation = running.Link(CancellationToken.None);
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, scope.ServiceProvider, cancellation.Token) { BindingData = () => BindingData(message, body) };
        invocation.Features.Set(new QueuePayload(body));
        try
        {
            await invoker.InvokeAsync(invocation);
            return QueueOutcome.Succeeded;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return QueueOutcome.Interrupted;
        }
        catch (Exception)
        {
            return QueueOutcome.Failed;
        }
    }

    /// <summary>What the host tells a worker about a message: text as it is, everything else as JSON.</summary>
    private static Dictionary<string, object?> BindingData(QueueMessage message, BinaryData body) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["QueueTrigger"] = body.ToString(),
        ["Id"] = message.MessageId,
        ["PopReceipt"] = message.PopReceipt,
        ["DequeueCount"] = message.DequeueCount.ToString(CultureInfo.InvariantCulture),
        ["InsertionTime"] = JsonSerializer.Serialize(message.InsertedOn),
        ["ExpirationTime"] = JsonSerializer.Serialize(message.ExpiresOn),
        ["NextVisibleTime"] = JsonSerializer.Serialize(message.NextVisibleOn),
    };
}

/// <summary>How a function ended.</summary>
internal enum QueueOutcome
{
    Succeeded,
    Failed,

    /// <summary>The app stops and could not wait any longer.</summary>
    Interrupted,
}
