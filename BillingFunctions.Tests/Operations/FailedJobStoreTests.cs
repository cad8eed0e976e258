using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

public sealed class FailedJobStoreTests : IAsyncLifetime
{
    private readonly string _storage;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FailedJobStore _store;
    private readonly QueueServiceClient _queues;
    private readonly FailedJobRetry _retry;

    public FailedJobStoreTests(AzuriteFixture azurite)
    {
        _storage = azurite.NewAccount();
        _store = new FailedJobStore(new TableServiceClient(_storage), _time);
        _queues = new QueueServiceClient(_storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        _retry = new FailedJobRetry(_store, _queues);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await new TableClient(_storage, FailedJobStore.Table).CreateIfNotExistsAsync(Token);
        await _queues.GetQueueClient("one").CreateIfNotExistsAsync(cancellationToken: Token);
        await _queues.GetQueueClient("two").CreateIfNotExistsAsync(cancellationToken: Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task AddAsync_Twice_IsThereOnceAsItWasFirst()
    {
        await AddAsync("one", "evt_1", "first");
        await AddAsync("one", "evt_1", "second");
        await AddAsync("two", "evt_1", "third");

        var job = Assert.Single(await ListAsync("one"));
        Assert.Equal(("one", "evt_1", "first", 5, "payload of evt_1"), (job.Queue, job.JobId, job.Error, job.Attempts, job.Payload));
        Assert.Null(job.RetriedAt);
        Assert.Equal("third", Assert.Single(await ListAsync("two")).Error);
    }

    [Fact]
    public async Task AddAsync_TwiceAtOnce_IsThereOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync("one", "evt_1", "error")));

        Assert.Single(await ListAsync("one"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    [InlineData(FailedJobStore.MaxPayload)]
    public async Task AddAsync_PayloadUpToTheLimit_IsKeptWhole(int length)
    {
        // Two bytes each, so that one of them lies across two columns.
        var payload = new string('x', length % 2) + new string('ä', length / 2);

        await _store.AddAsync("one", "evt_1", payload, "error", 5, Token);

        var job = Assert.Single(await ListAsync(null));
        Assert.Equal(payload, (await _store.FindAsync(job.Id, Token))!.Payload);
        Assert.Equal(length, job.PayloadBytes);
    }

    [Fact]
    public async Task AddAsync_PayloadOverTheLimit_IsNotedAndCannotBeRetried()
    {
        await _store.AddAsync("one", "evt_1", new string('x', FailedJobStore.MaxPayload + 1), new string('e', 50_000), 5, Token);

        var job = Assert.Single(await ListAsync(null));
        Assert.Null(job.Payload);
        Assert.Equal(FailedJobStore.MaxPayload + 1, job.PayloadBytes);
        Assert.InRange(job.Error.Length, 8_000, 8_001);
        Assert.Equal(RetryOutcome.NoPayload, await _retry.RetryAsync(job.Id, Token));
    }

    [Fact]
    public async Task AddAsync_ErrorCutWithinACharacter_LosesThatCharacter()
    {
        await AddAsync("one", "evt_1", new string('e', 7_999) + "😀 and more");

        Assert.Equal(new string('e', 7_999) + "…", Assert.Single(await ListAsync(null)).Error);
    }

    [Fact]
    public async Task AddAsync_NoNameOfAQueue_Throws() => await Assert.ThrowsAsync<ArgumentException>(() => AddAsync("Not_a_queue", "evt_1", "error"));

    [Fact]
    public async Task ListAsync_SeveralQueues_IsNewestFirstAndGoesOnBehindACursor()
    {
        for (var number = 0; number < 7; number++)
        {
            await AddAsync(number % 2 == 0 ? "one" : "two", $"evt_{number}", "error");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await _store.ListAsync(null, null, 4, Token);
        var rest = await _store.ListAsync(null, first[^1].Id, 4, Token);

        Assert.Equal(["evt_6", "evt_5", "evt_4", "evt_3", "evt_2", "evt_1", "evt_0"], first.Concat(rest).Select(job => job.JobId));
        Assert.Equal(["evt_2", "evt_0"], (await _store.ListAsync("one", first[^1].Id, 4, Token)).Select(job => job.JobId));
    }

    [Fact]
    public async Task RetryAsync_Job_IsOnItsQueueAndGone()
    {
        await AddAsync("one", "evt_1", "error");
        var id = (await ListAsync(null))[0].Id;

        Assert.Equal(RetryOutcome.Queued, await _retry.RetryAsync(id, Token));
        Assert.Equal(RetryOutcome.NotFound, await _retry.RetryAsync(id, Token));

        Assert.Equal(["payload of evt_1"], await ReceiveAsync("one"));
        Assert.Empty(await ListAsync(null));
    }

    [Fact]
    public async Task RetryAsync_ThenFailsAgain_IsThereAgain()
    {
        await AddAsync("one", "evt_1", "first");
        await _retry.RetryAsync((await ListAsync(null))[0].Id, Token);

        await AddAsync("one", "evt_1", "second");

        Assert.Equal("second", Assert.Single(await ListAsync(null)).Error);
    }

    /// <summary>The message is delivered and fails between being put on the queue and the removal of the job.</summary>
    [Fact]
    public async Task TryRemoveAsync_FailedAgainSinceMarked_KeepsTheNewFailure()
    {
        await AddAsync("one", "evt_1", "first");
        var marked = await _store.TryMarkRetriedAsync((await ListAsync(null))[0], Token);
        Assert.NotNull(marked!.RetriedAt);
        await AddAsync("one", "evt_1", "second");

        Assert.False(await _store.TryRemoveAsync(marked, Token));

        var job = Assert.Single(await ListAsync(null));
        Assert.Equal((marked.Id, "second", null), (job.Id, job.Error, job.RetriedAt));
    }

    [Fact]
    public async Task TryMarkRetriedAsync_TwoAtOnce_OnlyOneMay()
    {
        await AddAsync("one", "evt_1", "error");
        var job = (await ListAsync(null))[0];

        Assert.NotNull(await _store.TryMarkRetriedAsync(job, Token));
        Assert.Null(await _store.TryMarkRetriedAsync(job, Token));
    }

    [Fact]
    public async Task RetryAsync_QueueGoneOrMessageTooLarge_KeepsTheJob()
    {
        await AddAsync("gone", "evt_1", "error");
        await _store.AddAsync("one", "evt_2", new string('x', 50_000), "error", 5, Token);

        Assert.Equal(RetryOutcome.NoQueue, await _retry.RetryAsync((await ListAsync("gone"))[0].Id, Token));
        Assert.Equal(RetryOutcome.TooLarge, await _retry.RetryAsync((await ListAsync("one"))[0].Id, Token));
        Assert.Equal(2, (await ListAsync(null)).Count);
    }

    [Theory]
    [InlineData(null, null, null, "evt_5,evt_4,evt_3,evt_2,evt_1,evt_0")]
    [InlineData("one", null, null, "evt_4,evt_2,evt_0")]
    [InlineData(null, "TIMED out", null, "evt_4,evt_3,evt_1,evt_0")]
    [InlineData("two", "timed", null, "evt_3,evt_1")]
    [InlineData(null, null, "vt_3", "evt_3")]
    [InlineData("one", null, "vt_3", "")]
    public async Task SearchAsync_Filter_HasWhatMatchesInPages(string? queue, string? error, string? id, string expected)
    {
        foreach (var number in Enumerable.Range(0, 6))
        {
            await AddAsync(number % 2 == 0 ? "one" : "two", $"evt_{number}", number is 2 or 5 ? "refused" : "It timed out.");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var (filter, found, after) = (new FailedJobFilter(queue, error, id), new List<string>(), (string?)null);
        while (await _store.SearchAsync(filter, after, 2, Token) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(job => job.JobId));
            after = page[^1].Id;
        }

        Assert.Equal(expected, string.Join(',', found));
        Assert.Equal(found.Count, await _store.CountAsync(filter, Token));
    }

    [Fact]
    public async Task RemoveAsync_Job_IsGoneAndCanFailAgain()
    {
        await AddAsync("one", "evt_1", "error");
        var id = (await ListAsync(null))[0].Id;

        Assert.True(await _store.RemoveAsync(id, Token));
        Assert.False(await _store.RemoveAsync(id, Token));
        await AddAsync("one", "evt_1", "error");

        Assert.NotEqual(id, Assert.Single(await ListAsync(null)).Id);
    }

    [Theory]
    [InlineData("one_0199c0ffee00700080000000000000aa", true)]
    [InlineData("stripe-events-poison_0199c0ffee00700080000000000000aa", true)]
    [InlineData("_0199c0ffee00700080000000000000aa", false)]
    [InlineData("a/b_0199c0ffee00700080000000000000aa", false)]
    [InlineData("one_0199", false)]
    [InlineData("one", false)]
    public void IsId_Text_IsRecognized(string text, bool expected) => Assert.Equal(expected, FailedJobStore.IsId(text));

    private Task AddAsync(string queue, string jobId, string error) => _store.AddAsync(queue, jobId, $"payload of {jobId}", error, 5, Token);

    private Task<IReadOnlyList<FailedJob>> ListAsync(string? queue) => _store.ListAsync(queue, null, 100, Token);

    private async Task<IReadOnlyList<string>> ReceiveAsync(string queue)
    {
        var messages = await _queues.GetQueueClient(queue).ReceiveMessagesAsync(32, cancellationToken: Token);
        return [.. messages.Value.Select(message => message.MessageText)];
    }
}
