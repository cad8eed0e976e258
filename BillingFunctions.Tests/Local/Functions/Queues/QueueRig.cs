using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Tests.Drivers;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Queues;

/// <summary>Storage of a test's own with the apps that listen to its queues.</summary>
internal sealed class QueueRig(string account)
{
    /// <summary>What functions have noted, in order.</summary>
    public ConcurrentQueue<string> Notes { get; } = [];

    /// <summary>Settings of the app, besides the storage.</summary>
    public Dictionary<string, string?> Settings { get; } =
        new(Impatience.Queues.Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
        {
            ["AzureWebJobsStorage"] = account,
        };

    /// <summary>How the app treats queues; what its settings say when null.</summary>
    public QueueOptions? Options { get; init; }

    /// <summary>A client as the app has one.</summary>
    public QueueClient Queue(string name, QueueMessageEncoding encoding = QueueMessageEncoding.Base64) =>
        new(account, name, new QueueClientOptions { MessageEncoding = encoding });

    public Task<TestApp> StartAsync<TFunctions>(Action<FunctionsApplicationBuilder>? configure = null) =>
        TestApp.StartAsync<TFunctions>(
            builder =>
            {
                builder.Services.AddSingleton(Notes);
                if (Options is not null)
                {
                    builder.Services.AddSingleton(Options);
                }

                configure?.Invoke(builder);
            },
            Settings);

    /// <summary>Puts messages into a queue that need not be there yet.</summary>
    public async Task SendAsync(string queue, params string[] messages)
    {
        var client = Queue(queue);
        await client.CreateIfNotExistsAsync();
        foreach (var message in messages)
        {
            await client.SendMessageAsync(message);
        }
    }

    /// <summary>Waits until functions have noted so much.</summary>
    public Task<string[]> NotedAsync(int count) => Poll.UntilAsync(() => Task.FromResult(Notes.ToArray()), notes => notes.Length >= count);

    /// <summary>Waits until a queue has so many messages, hidden ones included.</summary>
    public Task<long> CountAsync(string queue, long expected) =>
        Poll.UntilAsync(async () => (await Queue(queue).GetPropertiesAsync()).Value.ApproximateMessagesCountLong, count => count == expected);

    /// <summary>Waits for messages to arrive in a queue.</summary>
    public async Task<string[]> ArrivedAsync(string queue, int count = 1)
    {
        await Poll.UntilAsync(async () => (await Queue(queue).ExistsAsync()).Value, exists => exists);
        var found = await Poll.UntilAsync(() => PeekAsync(queue), messages => messages.Length >= count);
        return [.. found.Select(message => message.Body.ToString()).Order(StringComparer.Ordinal)];
    }

    private async Task<PeekedMessage[]> PeekAsync(string queue) => (await Queue(queue).PeekMessagesAsync(32)).Value;
}
