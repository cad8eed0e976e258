using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.Storage;

public sealed class PartitionTransactionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly CountingPolicy _requests = new();
    private TableClient _table = null!;
    private VersionedRows<TableEntity, TableEntity> _rows = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new TableClientOptions();
        options.AddPolicy(_requests, HttpPipelinePosition.PerRetry);
        _table = new TableServiceClient(azurite.NewAccount(), options).GetTableClient("Rows");
        await _table.CreateIfNotExistsAsync(Token);
        _rows = new VersionedRows<TableEntity, TableEntity>(_table, row => row, (_, _, row) => row);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task TryWrite_ManyAtOnce_ShareFewRequests()
    {
        _requests.Count = 0;

        var versions = await Task.WhenAll(Enumerable.Range(0, 150).Select(number => _rows.TryWriteAsync(Row($"{number}", "new"), default, Token)));

        Assert.All(versions, version => Assert.NotNull(version));
        Assert.InRange(_requests.Count, 2, 10);
        Assert.Equal(150, await CountAsync());
        Assert.Equal((await FindAsync("7"))!.ETag, versions[7]);
    }

    [Fact]
    public async Task TryWrite_SomeAreNotAsExpected_OnlyThoseAreRefused()
    {
        var known = await _rows.TryWriteAsync(Row("changed", "1"), default, Token);
        await _rows.TryWriteAsync(Row("changed", "2"), known!.Value, Token);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => _rows.TryWriteAsync(Row($"there{number}", "old"), default, Token)));

        var outcomes = await Task.WhenAll(
            [
                _rows.TryWriteAsync(Row("first", "new"), default, Token),
                .. Enumerable.Range(0, 6).Select(number => _rows.TryWriteAsync(Row($"there{number}", "new"), default, Token)),
                _rows.TryWriteAsync(Row("changed", "3"), known.Value, Token),
                _rows.TryWriteAsync(Row("gone", "new"), known.Value, Token),
                _rows.TryWriteAsync(Row("last", "new"), default, Token),
            ]);

        Assert.Equal([true, .. Enumerable.Repeat(false, 8), true], outcomes.Select(version => version is not null));
        Assert.Equal(("old", "2", "new", "new"), (await TextAsync("there3"), await TextAsync("changed"), await TextAsync("first"), await TextAsync("last")));
    }

    [Fact]
    public async Task WriteOrRead_Refused_GivesTheRowThatIsThere()
    {
        await _rows.TryWriteAsync(Row("a", "old"), default, Token);

        var outcomes = await Task.WhenAll(_rows.WriteOrReadAsync(Row("b", "new"), default, Token), _rows.WriteOrReadAsync(Row("a", "new"), default, Token), _rows.WriteOrReadAsync(Row("c", "new"), default, Token));

        Assert.Equal([null, "old", null], outcomes.Select(outcome => outcome.Found?.GetString("Text")));
    }

    [Fact]
    public async Task TryWrite_SameRowTwiceAtOnce_OneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => _rows.TryWriteAsync(Row("same", $"{number}"), default, Token)));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item is not null);
        Assert.Equal($"{winner.Index}", await TextAsync("same"));
    }

    [Fact]
    public async Task TryWrite_Merge_LeavesOtherColumnsAlone()
    {
        var version = await _rows.TryWriteAsync(Row("a", "old"), default, Token);

        await Task.WhenAll(
            _rows.WriteOrReadAsync(new TableEntity("p", "a") { ["Other"] = 1 }, version!.Value, Token, TableUpdateMode.Merge),
            _rows.TryWriteAsync(Row("b", "new"), default, Token),
            _rows.TryWriteAsync(Row("c", "new"), default, Token));

        Assert.Equal(("old", 1), ((await FindAsync("a"))!.GetString("Text"), (await FindAsync("a"))!.GetInt32("Other")));
    }

    [Fact]
    public async Task TryDelete_AmongOthers_DeletesOnlyTheVersionThatWasRead()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => _rows.TryWriteAsync(Row($"{number}", "old"), default, Token)));
        await _rows.TryWriteAsync(Row("2", "changed"), versions[2]!.Value, Token);

        var deleted = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => _rows.TryDeleteAsync("p", $"{number}", versions[number]!.Value, Token)));

        Assert.Equal([true, true, false, true], deleted);
        Assert.Equal("changed", await TextAsync("2"));
        Assert.False(await _rows.TryDeleteAsync("p", "0", versions[0]!.Value, Token));
        Assert.Equal(1, await CountAsync());
    }

    /// <summary>The client repeats a request whose answer it has not got; what it finds then is its own work.</summary>
    [Fact]
    public async Task TryWrite_AnswersGetLost_AreNotTakenForSomebodyElse()
    {
        _requests.LoseAnswers = 3;

        var versions = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => _rows.TryWriteAsync(Row($"{number}", "new"), default, Token)));

        Assert.All(versions, version => Assert.NotNull(version));
        Assert.Equal(0, _requests.LoseAnswers);
        Assert.Equal(10, await CountAsync());
    }

    [Fact]
    public async Task TryWrite_OneThatStorageCannotTake_FailsAlone()
    {
        var bad = Row("bad", new string('x', 40_000));

        var outcomes = Enumerable.Range(0, 5).Select(number => _rows.TryWriteAsync(number == 2 ? bad : Row($"{number}", "new"), default, Token)).ToList();

        await Assert.ThrowsAsync<RequestFailedException>(() => outcomes[2]);
        Assert.All(await Task.WhenAll(outcomes.Where((_, index) => index != 2)), version => Assert.NotNull(version));
        Assert.Equal(4, await CountAsync());
    }

    private static TableEntity Row(string key, string text) => new("p", key) { ["Text"] = text };

    private async Task<TableEntity?> FindAsync(string key) => await _table.FindAsync<TableEntity>("p", key, Token);

    private async Task<string?> TextAsync(string key) => (await FindAsync(key))?.GetString("Text");

    private async Task<int> CountAsync() => await _table.QueryAsync<TableEntity>(cancellationToken: Token).CountAsync(Token);

    private sealed class CountingPolicy : HttpPipelinePolicy
    {
        private int _count;
        private int _loseAnswers;

        public int Count { get => _count; set => _count = value; }

        /// <summary>So many answers to writes get lost, after storage has done what was asked.</summary>
        public int LoseAnswers { get => _loseAnswers; set => _loseAnswers = value; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Interlocked.Increment(ref _count);
            await ProcessNextAsync(message, pipeline);
            if (message.Request.Method != RequestMethod.Get && _loseAnswers > 0)
            {
                _loseAnswers--;
                throw new IOException("The answer was lost.");
            }
        }
    }
}
