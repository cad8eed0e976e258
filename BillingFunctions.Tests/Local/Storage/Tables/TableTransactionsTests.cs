using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Tables;

public sealed class TableTransactionsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TableClient _table = new(azurite.NewAccount(), "Things");

    public async ValueTask InitializeAsync() => await _table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task SubmitTransactionAsync_EveryKind_DoesItAndTellsETags()
    {
        await _table.AddEntityAsync(Thing("merged"));
        await _table.AddEntityAsync(Thing("replaced"));
        await _table.AddEntityAsync(Thing("deleted"));
        TableEntity merged = await _table.GetEntityAsync<TableEntity>("p", "merged");

        var answers = await _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Thing("o'added")),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merged") { ["B"] = "é" }, merged.ETag),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "replaced") { ["B"] = 2 }, ETag.All),
            new(TableTransactionActionType.Delete, Thing("deleted")),
            new(TableTransactionActionType.UpsertMerge, Thing("upserted")),
            new(TableTransactionActionType.UpsertReplace, Thing("upserted too")),
        ]);

        Assert.Equal([204, 204, 204, 204, 204, 204], answers.Value.Select(answer => answer.Status));
        TableEntity after = await _table.GetEntityAsync<TableEntity>("p", "merged");
        Assert.Equal((1, "é"), (after.GetInt32("A"), after.GetString("B")));
        Assert.Equal(after.ETag, answers.Value[1].Headers.ETag);
        Assert.Null((await _table.GetEntityAsync<TableEntity>("p", "replaced")).Value.GetInt32("A"));
        Assert.Equal(
            ["merged", "o'added", "replaced", "upserted", "upserted too"],
            await _table.QueryAsync<TableEntity>().Select(entity => entity.RowKey).ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_OneRefused_NothingIsStoredAndIndexTold()
    {
        await _table.AddEntityAsync(Thing("there"));

        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Thing("a")),
            new(TableTransactionActionType.Add, Thing("b")),
            new(TableTransactionActionType.Add, Thing("there")),
        ]));

        Assert.Equal((409, 2), (refusal.Status, refusal.FailedTransactionActionIndex));
        Assert.True(refusal.ErrorCode == TableErrorCode.EntityAlreadyExists);
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>("p", "a")).HasValue);
    }

    [Fact]
    public async Task SubmitTransactionAsync_StaleETag_IsRefused()
    {
        await _table.AddEntityAsync(Thing("r"));
        TableEntity old = await _table.GetEntityAsync<TableEntity>("p", "r");
        await _table.UpsertEntityAsync(old);

        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() =>
            _table.SubmitTransactionAsync([new(TableTransactionActionType.UpdateReplace, old, old.ETag)]));

        Assert.Equal((412, 0), (refusal.Status, refusal.FailedTransactionActionIndex));
        Assert.True(refusal.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied);
    }

    [Fact]
    public async Task SubmitTransactionAsync_UpdateWithoutETag_OverwritesAndInserts()
    {
        await _table.AddEntityAsync(Thing("r"));
        TableEntity old = await _table.GetEntityAsync<TableEntity>("p", "r");
        await _table.UpsertEntityAsync(old);

        await _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpdateReplace, old),
            new(TableTransactionActionType.UpdateMerge, Thing("never there")),
        ]);

        Assert.True((await _table.GetEntityIfExistsAsync<TableEntity>("p", "never there")).HasValue);
    }

    [Fact]
    public async Task SubmitTransactionAsync_SameRowTwice_IsInvalid()
    {
        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Thing("r")), new(TableTransactionActionType.UpsertMerge, Thing("r"))]));

        Assert.Equal(400, refusal.Status);
        Assert.True(refusal.ErrorCode == TableErrorCode.InvalidDuplicateRow);
    }

    [Fact]
    public async Task SubmitTransactionAsync_TwoPartitions_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Thing("r")), new(TableTransactionActionType.Add, new TableEntity("q", "r"))]));

        Assert.Equal((400, 1), (refusal.Status, refusal.FailedTransactionActionIndex));
        Assert.True(refusal.ErrorCode == TableErrorCode.CommandsInBatchActOnDifferentPartitions);
    }

    [Fact]
    public async Task SubmitTransactionAsync_Hundred_IsAllowedAndOneMoreIsNot()
    {
        var actions = Enumerable.Range(0, 101)
            .Select(number => new TableTransactionAction(TableTransactionActionType.Add, Thing($"{number:D3}")))
            .ToList();

        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(actions));
        var answers = await _table.SubmitTransactionAsync(actions.Take(100));

        Assert.Equal(400, refusal.Status);
        Assert.Equal(100, answers.Value.Count);
    }

    [Fact]
    public async Task SubmitTransactionAsync_OverFourMebibytes_IsTooLarge()
    {
        var text = new string('x', 32_000);
        var actions = Enumerable.Range(0, 70).Select(number => new TableTransactionAction(
            TableTransactionActionType.Add,
            new TableEntity("p", $"{number}") { ["A"] = text, ["B"] = text }));

        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(actions));

        Assert.Equal((413, "RequestBodyTooLarge"), (refusal.Status, refusal.ErrorCode));
    }

    [Fact]
    public async Task SubmitTransactionAsync_Nothing_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _table.SubmitTransactionAsync([]));

    private static TableEntity Thing(string rowKey) => new("p", rowKey) { ["A"] = 1 };
}
