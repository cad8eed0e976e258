using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using BillingFunctions.Local.Functions.Timers;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Timers;

/// <summary>Storage of a test's own, a clock that the test moves, and the apps whose timers run by them.</summary>
internal sealed class TimerRig(string account)
{
    public const string HostId = "billing-tests";

    /// <summary>What functions have noted, in order.</summary>
    public ConcurrentQueue<string> Notes { get; } = [];

    public ManualTimeProvider Clock { get; } = new();

    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["AzureWebJobsStorage"] = account,
        ["AzureFunctionsWebHost:hostid"] = HostId,
    };

    public BlobContainerClient Container => new(account, TimerStore.Container);

    /// <summary>Starts an app.</summary>
    /// <param name="name">What its functions begin their notes with.</param>
    public Task<TestApp> StartAsync<TFunctions>(string name = "app") =>
        TestApp.StartAsync<TFunctions>(
            builder => builder.Services.AddSingleton(new Notebook(name, Notes)).AddSingleton<TimeProvider>(Clock),
            Settings);

    /// <summary>Waits until nothing is left but to wait for a time.</summary>
    public Task WaitingForAsync(string time) =>
        Poll.UntilAsync(() => Task.FromResult($"{Clock.NextTimer:HH:mm:ss}"), next => next == time, TimeSpan.FromSeconds(20));

    /// <summary>Waits until nothing is left but to wait for a time, and lets it come.</summary>
    public async Task PassAsync(string time)
    {
        await WaitingForAsync(time);
        Clock.Advance(Clock.NextTimer!.Value - Clock.GetUtcNow());
    }

    /// <summary>Waits until functions have noted so much.</summary>
    public Task<string[]> NotedAsync(int count) => Poll.UntilAsync(() => Task.FromResult(Notes.ToArray()), notes => notes.Length >= count);
}

/// <summary>Where the functions of an app note their runs.</summary>
public sealed class Notebook(string name, ConcurrentQueue<string> notes)
{
    public void Note(string text) => notes.Enqueue($"{name} {text}");
}
