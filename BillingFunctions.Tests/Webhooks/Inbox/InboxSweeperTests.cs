using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Webhooks.Inbox;

/// <summary>Events whose message nobody has, or seems to have.</summary>
public sealed class InboxSweeperTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 30, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private InboxStore _store = null!;
    private WebhookInbox _inbox = null!;
    private QueueClient _queue = null!;
    private InboxSweeper _sweeper = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        var tables = new TableServiceClient(storage);
        var queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await tables.CreateTableIfNotExistsAsync(InboxStore.Table, Token);
        _queue = queues.GetQueueClient(StripeEventBatch.Queue);
        await _queue.CreateIfNotExistsAsync(cancellationToken: Token);
        _store = new InboxStore(tables, new BlobServiceClient(storage), _time);
        _inbox = new WebhookInbox(_store, new FailedJobStore(tables, _time), queues);
        _sweeper = new InboxSweeper(_store, _inbox, _time);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sweep_SilentForTwoMinutes_IsQueuedAgainAndThenNotBeforeTwoMoreMinutes()
    {
        await ReceiveAsync("evt_1");

        Assert.Equal([0, 0, 1, 0, 1, 0], await SweepEachMinuteAsync(6));
        Assert.Equal(["evt_1", "evt_1"], await QueuedAsync());
    }

    [Fact]
    public async Task Sweep_AppliedIgnoredOrFailed_IsLeftAlone()
    {
        await ReceiveAsync("evt_1", "evt_2", "evt_3");
        await _store.RecordAsync(
            [new EventOutcome(Key("evt_1"), EventStatus.Applied), new EventOutcome(Key("evt_2"), EventStatus.Ignored), new EventOutcome(Key("evt_3"), EventStatus.Failed, "no")], Token);

        Assert.Equal(0, (await SweepEachMinuteAsync(5)).Sum());
    }

    [Fact]
    public async Task Sweep_FailedAMomentAgoAndComesAgain_HasTwoMinutesFromThen()
    {
        await ReceiveAsync("evt_1");
        _time.Advance(TimeSpan.FromMinutes(5));
        await _store.RecordAsync([new EventOutcome(Key("evt_1"), EventStatus.Received, "not yet")], Token);

        Assert.Equal([0, 0, 1], await SweepEachMinuteAsync(3));
    }

    [Fact]
    public async Task Sweep_OlderThanAQuarterOfAnHour_IsLeftToTheReconciler()
    {
        await ReceiveAsync("evt_1");
        _time.Advance(TimeSpan.FromMinutes(17));

        Assert.Equal(0, await _sweeper.SweepAsync(Token));
    }

    [Fact]
    public async Task Sweep_Thousands_AreQueuedInParts()
    {
        foreach (var chunk in Enumerable.Range(0, 1_100).Select(number => $"evt_{number}").Chunk(100))
        {
            await _store.InsertAsync([.. chunk.Select(Event)], Token);
        }

        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal((1_000, 100, 0), (await _sweeper.SweepAsync(Token), await _sweeper.SweepAsync(Token), await _sweeper.SweepAsync(Token)));
        Assert.Equal(1_100, (await QueuedAsync()).Distinct().Count());
    }

    [Fact]
    public async Task Apply_QueuedAgainButAppliedMeanwhile_IsNotAppliedTwice()
    {
        await ReceiveAsync("evt_1");
        await _store.RecordAsync([new EventOutcome(Key("evt_1"), EventStatus.Applied)], Token);
        var before = await _store.FindAsync(Key("evt_1"), Token);
        _time.Advance(TimeSpan.FromMinutes(3));
        var handler = new Counting();
        var apply = new ApplyStripeEventsFunction(_store, _inbox, StripeEventBuilder.NoneForeign, [handler], new EventGroups(_inbox), NullLogger<ApplyStripeEventsFunction>.Instance);

        await apply.RunAsync(new StripeEventBatch([new QueuedEvent(Key("evt_1"))]), Token);

        Assert.Equal(0, handler.Calls);
        Assert.Equal(before, await _store.FindAsync(Key("evt_1"), Token));
    }

    private async Task<IReadOnlyList<int>> SweepEachMinuteAsync(int minutes)
    {
        var counts = new List<int>();
        for (var minute = 0; minute < minutes; minute++)
        {
            _time.Advance(TimeSpan.FromSeconds(minute == 0 ? 30 : 60));
            counts.Add(await _sweeper.SweepAsync(Token));
        }

        return counts;
    }

    private Task<IReadOnlyList<bool>> ReceiveAsync(params string[] ids) => _store.InsertAsync([.. ids.Select(Event)], Token);

    private static EventKey Key(string id) => Event(id).Key;

    private static InboxEvent Event(string id) => StripeEventBuilder.Received(id, "customer.updated", Start.ToUnixTimeSeconds(), new { id = "cus_1" });

    private async Task<IReadOnlyList<string>> QueuedAsync()
    {
        var found = new List<string>();
        while ((await _queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Token)).Value is { Length: > 0 } messages)
        {
            found.AddRange(messages.SelectMany(message => JsonSerializer.Deserialize<StripeEventBatch>(message.Body)!.Events.Select(queued => queued.Key.Id)));
        }

        return found;
    }

    private sealed class Counting : IStripeEventHandler
    {
        public int Calls { get; private set; }

        public string? SubjectOf(StripeEvent stripeEvent) => "one";

        public Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.CompletedTask;
        }
    }
}
