using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Local.Hosting;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Queues;

/// <summary>What is wrong with a queue function or its settings is said at start.</summary>
public sealed class QueueStartTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(typeof(SdkMessage), "Function SdkMessage: parameter message of type QueueMessage cannot be bound.")]
    [InlineData(typeof(Unreadable), "Function Unreadable: parameter message of type Stream cannot be bound.")]
    [InlineData(typeof(Unmarked), "Function Unmarked: parameter other of type String cannot be bound.")]
    [InlineData(typeof(BadName), "Function BadName: a queue cannot be called no_such--name; ")]
    [InlineData(typeof(NoSetting), "Function NoSetting: the setting Queues:Missing that %Queues:Missing%-work refers to is not set.")]
    [InlineData(typeof(NoConnection), "Function NoConnection needs storage: set OtherStorage to a connection string.")]
    [InlineData(typeof(BadOutput), "Function BadOutput, output $return: a queue cannot be called x; ")]
    [InlineData(typeof(UnknownOutput), "Function UnknownOutput, output Strange: the local edition does not know StrangeOutputAttribute.")]
    public async Task Start_FunctionThatCannotRun_StopsWithItsName(Type functions, string message)
    {
        var settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.NewAccount() };

        var exception = await Assert.ThrowsAsync<StartupException>(() => TestApp.StartAsync([functions], settings: settings));

        Assert.StartsWith(message, exception.Message);
    }

    [Theory]
    [InlineData("batchSize", "33", "host.json: extensions.queues.batchSize must be 1 to 32, not 33.")]
    [InlineData("batchSize", "many", "host.json: extensions.queues.batchSize must be 1 to 32, not many.")]
    [InlineData("newBatchThreshold", "-1", "host.json: extensions.queues.newBatchThreshold must be 0 or more, not -1.")]
    [InlineData("maxDequeueCount", "0", "host.json: extensions.queues.maxDequeueCount must be 1 or more, not 0.")]
    [InlineData("visibilityTimeout", "8.00:00:00", "host.json: extensions.queues.visibilityTimeout must be a time up to 7 days, not 8.00:00:00.")]
    [InlineData("maxPollingInterval", "00:00:00", "host.json: extensions.queues.maxPollingInterval must be a time from 100 ms, not 00:00:00.")]
    [InlineData("messageEncoding", "utf8", "host.json: extensions.queues.messageEncoding must be base64 or none, not utf8.")]
    public void Read_ValueThatIsNotAllowed_SaysWhatIs(string name, string value, string message)
    {
        var exception = Assert.Throws<StartupException>(() => QueueOptions.Read(HostJsonWith(name, value)));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Read_NothingOrSome_HasTheVendorsDefaults()
    {
        var nothing = QueueOptions.Read(HostJsonWith("other", "1"));
        var some = QueueOptions.Read(HostJsonWith("batchSize", "6"));

        Assert.Equal(new QueueOptions(), nothing);
        Assert.Equal(
            (16, 8 * Environment.ProcessorCount, 5, TimeSpan.Zero, TimeSpan.FromMinutes(1), QueueMessageEncoding.Base64),
            (nothing.BatchSize, nothing.NewBatchThreshold, nothing.MaxDequeueCount, nothing.VisibilityTimeout, nothing.MaxPollingInterval, nothing.MessageEncoding));
        Assert.Equal((6, 3 * Environment.ProcessorCount), (some.BatchSize, some.NewBatchThreshold));
        Assert.Equal(TimeSpan.FromMinutes(10), nothing.Hidden);
    }

    [Fact]
    public void Next_EmptyForLong_GrowsToTheLongestPauseAndStartsAgainAfterWork()
    {
        var delay = new PollingDelay(TimeSpan.FromSeconds(10));

        var pauses = Enumerable.Range(0, 12).Select(_ => delay.Next()).ToList();
        delay.Reset();

        Assert.Equal(pauses, pauses.Order());
        Assert.Equal((PollingDelay.Shortest, TimeSpan.FromSeconds(10), PollingDelay.Shortest), (pauses[0], pauses[^1], delay.Next()));
    }

    [Fact]
    public async Task Lines_QueueFunction_ShowsTheQueueItListensTo()
    {
        var settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.NewAccount(), ["Queues:Work"] = "Mails" };
        await using var app = await TestApp.StartAsync<Named>(settings: settings);

        var lines = app.Host.Services.GetRequiredService<Banner>().Lines(new Uri("http://127.0.0.1:1"), []);

        Assert.Contains("    Named: queueTrigger mails-work", lines);
    }

    private static HostJson HostJsonWith(string name, string value) => new(new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create($"extensions:queues:{name}", (string?)value)])
        .Build());

    public sealed class SdkMessage
    {
        [Function("SdkMessage")]
        public void Run([QueueTrigger("work")] QueueMessage message) => Assert.NotNull(message);
    }

    public sealed class Unreadable
    {
        [Function("Unreadable")]
        public void Run([QueueTrigger("work")] Stream message) => Assert.NotNull(message);
    }

    public sealed class Unmarked
    {
        [Function("Unmarked")]
        public void Run([QueueTrigger("work")] string message, string other) => Assert.NotNull(message + other);
    }

    public sealed class BadName
    {
        [Function("BadName")]
        public void Run([QueueTrigger("No_such--name")] string message) => Assert.NotNull(message);
    }

    public sealed class NoSetting
    {
        [Function("NoSetting")]
        public void Run([QueueTrigger("%Queues:Missing%-work")] string message) => Assert.NotNull(message);
    }

    public sealed class NoConnection
    {
        [Function("NoConnection")]
        public void Run([QueueTrigger("work", Connection = "OtherStorage")] string message) => Assert.NotNull(message);
    }

    public sealed class BadOutput
    {
        [Function("BadOutput")]
        [QueueOutput("x")]
        public string Run([QueueTrigger("work")] string message) => message;
    }

    public sealed class UnknownOutput
    {
        [Function("UnknownOutput")]
        public StrangeResult Run([HttpTrigger] HttpRequest request) => new();
    }

    public sealed class StrangeResult
    {
        [StrangeOutput]
        public string Strange => "";
    }

    public sealed class Named
    {
        [Function("Named")]
        public void Run([QueueTrigger("%Queues:Work%-work")] string message) => Assert.NotNull(message);
    }

    private sealed class StrangeOutputAttribute : OutputBindingAttribute;
}
