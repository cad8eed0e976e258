using System.Collections.Concurrent;
using Azure.Storage.Queues;
using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Queues;

/// <summary>Functions that run for messages, over a real storage emulator.</summary>
public sealed class QueueTriggerTests(AzuriteFixture azurite)
{
    private QueueRig NewRig(QueueOptions? options = null) => new(azurite.NewAccount()) { Options = options };

    [Fact]
    public async Task Message_AnyKindOfParameter_IsBoundAndDeleted()
    {
        var rig = NewRig();
        await rig.SendAsync("texts", "plain é");
        await rig.SendAsync("records", """{"NAME":"Ada","amount":1250}""");
        await rig.SendAsync("bytes", "abc");
        await rig.SendAsync("data", "xyz");
        await using var app = await rig.StartAsync<Kinds>();

        var notes = await rig.NotedAsync(4);

        Assert.Equal(["bytes 3", "data xyz", "record Ada 1250", "text plain é"], notes.Order(StringComparer.Ordinal));
        await Task.WhenAll(rig.CountAsync("texts", 0), rig.CountAsync("records", 0), rig.CountAsync("bytes", 0), rig.CountAsync("data", 0));
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Message_SentInTheSameProcess_IsPickedUpWithoutAnotherLook()
    {
        var rig = NewRig();
        // The clock stands still, so a pause between two looks never ends by itself.
        await using var app = await rig.StartAsync<Texts>(builder => builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider()));

        await rig.SendAsync("texts", "first");
        await rig.NotedAsync(1);
        await rig.CountAsync("texts", 0);
        await rig.SendAsync("texts", "second");

        Assert.Equal(["first", "second"], await rig.NotedAsync(2));
    }

    [Fact]
    public async Task Message_BindingData_TellsAboutTheMessage()
    {
        var rig = NewRig();
        await rig.SendAsync("details", "body");
        await using var app = await rig.StartAsync<Details>();

        var note = Assert.Single(await rig.NotedAsync(1));

        Assert.Equal("body 1 True True True queueTrigger", note);
    }

    [Fact]
    public async Task Message_FunctionFailsAlways_IsTriedFiveTimesAndPutAside()
    {
        var rig = NewRig();
        await using var app = await rig.StartAsync<Failing>();
        await rig.SendAsync("failing", "x");

        Assert.Equal(["x"], await rig.ArrivedAsync("failing-poison"));

        await rig.CountAsync("failing", 0);
        Assert.Equal(["1", "2", "3", "4", "5"], rig.Notes);
        Assert.Equal(5, app.Log.Errors.Count(error => error.Exception is InvalidOperationException));
    }

    [Fact]
    public async Task Message_FunctionFailsOnce_ComesAgainAfterTheVisibilityTimeout()
    {
        var rig = NewRig();
        rig.Settings["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:02";
        rig.Settings["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.1";
        await using var app = await rig.StartAsync<FailingOnce>();
        await rig.SendAsync("once", "x");

        var notes = (await rig.NotedAsync(2)).Select(note => TimeSpan.FromSeconds(double.Parse(note))).ToList();

        Assert.True(notes[1] - notes[0] > TimeSpan.FromSeconds(1));
        await rig.CountAsync("once", 0);
        Assert.False(await rig.Queue("once-poison").ExistsAsync());
    }

    [Fact]
    public async Task Message_NoJsonOfTheRecord_IsTriedAndPutAside()
    {
        var rig = NewRig(new QueueOptions { MaxDequeueCount = 2 });
        await using var app = await rig.StartAsync<Kinds>();
        await rig.SendAsync("records", "not json");

        Assert.Equal(["not json"], await rig.ArrivedAsync("records-poison"));

        Assert.Equal(2, app.Log.Errors.Count(error => error.Exception?.Message.StartsWith("The message is no JSON of a Person: ", StringComparison.Ordinal) == true));
        Assert.Empty(rig.Notes);
    }

    [Fact]
    public async Task Message_NotBase64_IsPutAsideAtOnce()
    {
        var rig = NewRig();
        var raw = rig.Queue("texts", QueueMessageEncoding.None);
        await raw.CreateIfNotExistsAsync();
        await raw.SendMessageAsync("not base64!");
        await using var app = await rig.StartAsync<Texts>();

        Assert.Equal(["not base64!"], await rig.ArrivedAsync("texts-poison"));

        await rig.CountAsync("texts", 0);
        Assert.Empty(rig.Notes);
        Assert.Contains(app.Log.Errors, error => error.Message.Contains("messageEncoding", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_EncodingNone_IsReadAsItIs()
    {
        var rig = NewRig();
        rig.Settings["AzureFunctionsJobHost:extensions:queues:messageEncoding"] = "none";
        await using var app = await rig.StartAsync<Texts>();
        await rig.Queue("texts", QueueMessageEncoding.None).SendMessageAsync("not base64!");

        Assert.Equal(["not base64!"], await rig.NotedAsync(1));
    }

    [Fact]
    public async Task Message_ReceiverDied_ComesAgainWhenItIsNoLongerHidden()
    {
        var rig = NewRig();
        await rig.SendAsync("details", "body");
        // As a process leaves it that is killed while its function runs.
        await rig.Queue("details").ReceiveMessageAsync(TimeSpan.FromSeconds(1));
        rig.Settings["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.2";
        await using var app = await rig.StartAsync<Details>();

        Assert.StartsWith("body 2 ", Assert.Single(await rig.NotedAsync(1)));
    }

    [Fact]
    public async Task Message_ReceiversDiedAtEveryTry_IsPutAsideWithoutAnother()
    {
        var rig = NewRig(new QueueOptions { MaxDequeueCount = 1, MaxPollingInterval = TimeSpan.FromMilliseconds(200) });
        await rig.SendAsync("texts", "deadly");
        await rig.Queue("texts").ReceiveMessageAsync(TimeSpan.FromSeconds(1));
        await using var app = await rig.StartAsync<Texts>();

        Assert.Equal(["deadly"], await rig.ArrivedAsync("texts-poison"));

        await rig.CountAsync("texts", 0);
        Assert.Empty(rig.Notes);
    }

    [Fact]
    public async Task Message_InAPoisonQueue_IsTriedForEverAsOftenAsItIsHidden()
    {
        var rig = NewRig(new QueueOptions { MaxDequeueCount = 2, Hidden = TimeSpan.FromSeconds(1), MaxPollingInterval = TimeSpan.FromMilliseconds(200) });
        await using var app = await rig.StartAsync<Poisoned>();
        await rig.SendAsync("bad-poison", "x");

        await rig.NotedAsync(3);

        Assert.False(await rig.Queue("bad-poison-poison").ExistsAsync());
    }

    [Fact]
    public async Task Message_InAPoisonQueueFails_StaysHidden()
    {
        var rig = NewRig(new QueueOptions { VisibilityTimeout = TimeSpan.Zero });
        await using (await rig.StartAsync<Poisoned>())
        {
            await rig.SendAsync("bad-poison", "x");
            await rig.NotedAsync(1);
        }

        Assert.Equal(["x"], rig.Notes);
        Assert.Empty((await rig.Queue("bad-poison").PeekMessagesAsync(32)).Value);
        await rig.CountAsync("bad-poison", 1);
    }

    [Fact]
    public async Task Queue_DeletedWhileTheAppRuns_IsMadeAgain()
    {
        var rig = NewRig(new QueueOptions { MaxPollingInterval = TimeSpan.FromMilliseconds(200) });
        await using var app = await rig.StartAsync<Texts>();
        await rig.Queue("texts").DeleteIfExistsAsync();

        await Drivers.Poll.UntilAsync(async () => (await rig.Queue("texts").ExistsAsync()).Value, exists => exists);
        await rig.SendAsync("texts", "after");

        Assert.Equal(["after"], await rig.NotedAsync(1));
    }

    public sealed record Person(string Name, long Amount);

    public sealed class Kinds(ConcurrentQueue<string> notes)
    {
        [Function("Text")]
        public void Text([QueueTrigger("texts")] string message) => notes.Enqueue($"text {message}");

        [Function("Record")]
        public async Task RecordAsync([QueueTrigger("records")] Person person)
        {
            await Task.Yield();
            notes.Enqueue($"record {person.Name} {person.Amount}");
        }

        [Function("Bytes")]
        public void Bytes([QueueTrigger("bytes")] byte[] message) => notes.Enqueue($"bytes {message.Length}");

        [Function("Data")]
        public void Data([QueueTrigger("data")] BinaryData message) => notes.Enqueue($"data {message}");
    }

    public sealed class Texts(ConcurrentQueue<string> notes)
    {
        [Function("Text")]
        public void Text([QueueTrigger("texts")] string message) => notes.Enqueue(message);
    }

    public sealed class Details(ConcurrentQueue<string> notes)
    {
        [Function("Details")]
        public void Run([QueueTrigger("details")] string message, FunctionContext context, CancellationToken cancellationToken)
        {
            var data = context.BindingContext.BindingData;
            var inserted = DateTimeOffset.Parse(((string)data["InsertionTime"]!).Trim('"'));
            notes.Enqueue(string.Join(
                ' ',
                data["QueueTrigger"],
                data["DequeueCount"],
                Guid.TryParse((string?)data["Id"], out _),
                !string.IsNullOrEmpty((string?)data["PopReceipt"]),
                (TimeProvider.System.GetUtcNow() - inserted).Duration() < TimeSpan.FromMinutes(1) && !cancellationToken.IsCancellationRequested,
                context.FunctionDefinition.InputBindings["message"].Type));
        }
    }

    public sealed class Failing(ConcurrentQueue<string> notes)
    {
        [Function("Failing")]
        public void Run([QueueTrigger("failing")] string message, FunctionContext context)
        {
            notes.Enqueue((string)context.BindingContext.BindingData["DequeueCount"]!);
            throw new InvalidOperationException($"No {message}.");
        }
    }

    public sealed class FailingOnce(ConcurrentQueue<string> notes)
    {
        [Function("FailingOnce")]
        public void Run([QueueTrigger("once")] string message, FunctionContext context)
        {
            notes.Enqueue($"{TimeProvider.System.GetTimestamp() / (double)TimeProvider.System.TimestampFrequency}");
            if ((string?)context.BindingContext.BindingData["DequeueCount"] == "1")
            {
                throw new InvalidOperationException($"No {message}.");
            }
        }
    }

    public sealed class Poisoned(ConcurrentQueue<string> notes)
    {
        [Function("Poisoned")]
        public void Run([QueueTrigger("bad-poison")] string message)
        {
            notes.Enqueue(message);
            throw new InvalidOperationException();
        }
    }
}
