using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Webhooks.Inbox;

public sealed class WebhookInboxTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageFake _calls = new();
    private InboxStore _store = null!;
    private WebhookInbox _inbox = null!;
    private FailedJobStore _failedJobs = null!;
    private QueueClient _queue = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        var (tables, queues) = (_calls.Tables(storage), _calls.Queues(storage));
        var blobs = new BlobServiceClient(storage);
        await tables.CreateTableIfNotExistsAsync(InboxStore.Table);
        await tables.CreateTableIfNotExistsAsync(FailedJobStore.Table);
        await blobs.GetBlobContainerClient(InboxStore.Container).CreateIfNotExistsAsync();
        _queue = queues.GetQueueClient(StripeEventBatch.Queue);
        await _queue.CreateIfNotExistsAsync();
        _store = new InboxStore(tables, blobs, TimeProvider.System);
        _failedJobs = new FailedJobStore(tables, TimeProvider.System);
        _inbox = new WebhookInbox(_store, _failedJobs, queues);
        _calls.Reset();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ReceiveAsync_ALoneEvent_CostsTwoCalls()
    {
        Assert.False(await ReceiveAsync("evt_lone"));

        Assert.Equal(2, _calls.Calls.Count);
    }

    [Fact]
    public async Task ReceiveAsync_SixtyFourAtOnce_CostLessThanHalfACallEach()
    {
        for (var round = 0; round < 5; round++)
        {
            var received = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => ReceiveAsync($"evt_{round}_{number}")));
            Assert.DoesNotContain(true, received);
        }

        Assert.InRange(_calls.Calls.Count, 10, 5 * 32 - 1);
        Assert.Equal(5 * 64, (await QueuedAsync()).Distinct().Count());
    }

    [Fact]
    public async Task ReceiveAsync_DuplicatesAmongManyAtOnce_AreTakenOutAndTheRestStored()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => ReceiveAsync($"evt_{number}")));

        var again = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => ReceiveAsync($"evt_{number % 20}")));

        Assert.Equal(10, again.Count(duplicate => !duplicate));
        for (var number = 0; number < 20; number++)
        {
            Assert.NotNull(await _store.FindAsync(Key($"evt_{number}"), CancellationToken.None));
        }
    }

    /// <summary>As when the queue was away: all are stored, none is queued, and Stripe sends all of them again.</summary>
    [Fact]
    public async Task ReceiveAsync_AllDuplicates_AreNotRefusedOneByOne()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(number => ReceiveAsync($"evt_{number}")));
        await QueuedAsync();
        _calls.Reset();

        var again = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => ReceiveAsync($"evt_{number}")));

        Assert.DoesNotContain(false, again);
        Assert.Equal(64, (await QueuedAsync()).Distinct().Count());
    }

    [Fact]
    public async Task ReceiveAsync_Failed_IsQueuedAgainAndIsNoFailedJobAnyMore()
    {
        await ReceiveAsync("evt_1");
        await QueuedAsync();
        await _failedJobs.AddAsync(StripeEventBatch.Queue, "evt_1", "{}", "No luck.", 5, CancellationToken.None);
        await _store.RecordAsync([new EventOutcome(Key("evt_1"), EventStatus.Failed, "No luck.")], CancellationToken.None);

        Assert.True(await ReceiveAsync("evt_1"));

        Assert.Equal(["evt_1"], await QueuedAsync());
        Assert.Empty(await _failedJobs.ListAsync(StripeEventBatch.Queue, null, 10, CancellationToken.None));
        var stored = await _store.FindAsync(Key("evt_1"), CancellationToken.None);
        Assert.Equal((EventStatus.Received, null, null), (stored!.Status, stored.Error, stored.SettledAt));
    }

    /// <summary>Both are of one subject and so are handed over together; only one cannot be applied.</summary>
    [Fact]
    public async Task Apply_OneOfSeveralCannotBeApplied_OnlyThatGoesOnAlone()
    {
        await Task.WhenAll(ReceiveAsync("evt_good"), ReceiveAsync("evt_bad"), ReceiveAsync("evt_fine"));
        await QueuedAsync();
        var handler = new PickyHandler("evt_bad");
        var apply = new ApplyStripeEventsFunction(_store, _inbox, StripeEventBuilder.NoneForeign, [handler], new EventGroups(_inbox), NullLogger<ApplyStripeEventsFunction>.Instance);

        await apply.RunAsync(new StripeEventBatch([.. new[] { "evt_good", "evt_bad", "evt_gone", "evt_fine" }.Select(id => new QueuedEvent(Key(id)))]), CancellationToken.None);

        Assert.Equal(["evt_fine", "evt_good"], handler.Applied.Order());
        Assert.Equal(EventStatus.Applied, (await _store.FindAsync(Key("evt_good"), CancellationToken.None))!.Status);
        var bad = await _store.FindAsync(Key("evt_bad"), CancellationToken.None);
        Assert.Equal((EventStatus.Received, "InvalidDataException: evt_bad"), (bad!.Status, bad.Error));

        // Later, and each by itself: the one that failed, and the one that is not there.
        Assert.Equal(2, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        await Assert.ThrowsAsync<EventNotAppliedException>(() => apply.RunAsync(new StripeEventBatch([new QueuedEvent(Key("evt_bad"))]), CancellationToken.None));
    }

    [Fact]
    public async Task GiveUp_NeighbourOfTheFailedOneIsApplied_StaysApplied()
    {
        await Task.WhenAll(ReceiveAsync("evt_good"), ReceiveAsync("evt_bad"));
        await _store.RecordAsync([new EventOutcome(Key("evt_good"), EventStatus.Applied), new EventOutcome(Key("evt_bad"), EventStatus.Received, "No luck.")], CancellationToken.None);

        await new StripeEventsPoisonQueueFunction(_store, _failedJobs, new PoisonMessages(_failedJobs)).RunAsync(JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(Key("evt_good")), new QueuedEvent(Key("evt_bad"))])), CancellationToken.None);

        Assert.Equal(EventStatus.Applied, (await _store.FindAsync(Key("evt_good"), CancellationToken.None))!.Status);
        Assert.Equal(("evt_bad", "No luck."), Assert.Single(await _failedJobs.ListAsync(null, null, 10, CancellationToken.None)) is var job ? (job.JobId, job.Error) : default);
    }

    [Fact]
    public async Task ReceiveAsync_StoredButNeverApplied_IsQueuedAgain()
    {
        await ReceiveAsync("evt_1");
        await QueuedAsync();

        Assert.True(await ReceiveAsync("evt_1"));

        Assert.Equal(["evt_1"], await QueuedAsync());
    }

    [Fact]
    public async Task ReceiveAsync_AlreadyApplied_IsLeftAlone()
    {
        await ReceiveAsync("evt_1");
        await QueuedAsync();
        await _store.RecordAsync([new EventOutcome(Key("evt_1"), EventStatus.Applied)], CancellationToken.None);

        Assert.True(await ReceiveAsync("evt_1"));

        Assert.Empty(await QueuedAsync());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(61_440)]
    [InlineData(200_000)]
    [InlineData(700_000)]
    [InlineData(1_048_000)]
    public async Task ReceiveAsync_PayloadOfAnySize_ComesBackAsItWas(int size)
    {
        var received = Received("evt_large", new string('ü', size / 2));

        await _inbox.ReceiveAsync(received, CancellationToken.None);

        Assert.Equal(received.Payload, (await _store.FindPayloadAsync(Key("evt_large"), CancellationToken.None)).Payload);
    }

    [Fact]
    public async Task RecordAsync_OneOfManyIsGone_RecordsTheOthers()
    {
        await Task.WhenAll(ReceiveAsync("evt_1"), ReceiveAsync("evt_3"));

        await _store.RecordAsync([.. new[] { "evt_1", "evt_2", "evt_3" }.Select(id => new EventOutcome(Key(id), EventStatus.Applied))], CancellationToken.None);

        Assert.Equal(EventStatus.Applied, (await _store.FindAsync(Key("evt_1"), CancellationToken.None))!.Status);
        Assert.Equal(EventStatus.Applied, (await _store.FindAsync(Key("evt_3"), CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task SearchAsync_IdAlone_FindsTheEvent()
    {
        await ReceiveAsync("evt_1");

        Assert.Equal(Key("evt_1"), Assert.Single(await _store.SearchAsync("evt_1", CancellationToken.None)).Key);
        Assert.Empty(await _store.SearchAsync("evt_2", CancellationToken.None));
    }

    [Fact]
    public async Task SearchAsync_IdAndTime_FindsTheEventOfThatMinute()
    {
        await ReceiveAsync("evt_1");
        var created = DateTimeOffset.FromUnixTimeSeconds(Key("evt_1").Created);

        Assert.Equal(Key("evt_1"), Assert.Single(await _store.SearchAsync("evt_1", CancellationToken.None, created)).Key);
        Assert.Empty(await _store.SearchAsync("evt_1", CancellationToken.None, created.AddMinutes(1)));
    }

    private static EventKey Key(string id) => Received(id, "").Key;

    private static InboxEvent Received(string id, string text) =>
        StripeEventBuilder.Received(id, "customer.created", StripeEventBuilder.Time, new { id = "cus_1", description = text });

    private Task<bool> ReceiveAsync(string id) => _inbox.ReceiveAsync(Received(id, "text"), CancellationToken.None);

    private async Task<List<string>> QueuedAsync()
    {
        var ids = new List<string>();
        while ((await _queue.ReceiveMessagesAsync(32)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                ids.AddRange(JsonSerializer.Deserialize<StripeEventBatch>(message.Body)!.Events.Select(queued => queued.Key.Id));
                await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }
        }

        return ids;
    }

    /// <summary>Refuses whatever has a certain event among it.</summary>
    private sealed class PickyHandler(string refused) : IStripeEventHandler
    {
        public ConcurrentBag<string> Applied { get; } = [];

        public string? SubjectOf(StripeEvent stripeEvent) => "one";

        public Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
        {
            if (events.Any(one => one.Id == refused))
            {
                throw new InvalidDataException(refused);
            }

            events.ToList().ForEach(one => Applied.Add(one.Id));
            return Task.CompletedTask;
        }
    }
}
