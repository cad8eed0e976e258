using Azure;
using Azure.Core;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.Storage;

/// <summary>A write whose answer is lost is repeated by the client, and then conflicts with itself.</summary>
public sealed class TableRowsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageFake _calls = new();
    private TableClient _table = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _table = _calls.Tables(azurite.NewAccount()).GetTableClient("Rows");
        await _table.CreateAsync(Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task TryWriteAsync_AnswerLost_IsKnownAsWritten(TableUpdateMode mode)
    {
        LoseNext(RequestMethod.Post);
        var added = await _table.TryWriteAsync(Row("a", 1), default, Token, mode);
        LoseNext(RequestMethod.Put, RequestMethod.Patch);
        var updated = await _table.TryWriteAsync(Row("a", 2), added!.Value, Token, mode);

        var stored = await _table.FindAsync<TableEntity>("p", "a", Token);
        Assert.Equal((updated!.Value, 2), (stored!.ETag, stored.GetInt32("Value")!.Value));
    }

    [Fact]
    public async Task TryWriteAsync_WrittenByAnother_WritesNothing()
    {
        var first = await _table.TryWriteAsync(Row("a", 1), default, Token);

        Assert.Null(await _table.TryWriteAsync(Row("a", 2), default, Token));
        Assert.NotNull(await _table.TryWriteAsync(Row("a", 3), first!.Value, Token));
        Assert.Null(await _table.TryWriteAsync(Row("a", 4), first.Value, Token));
        Assert.Equal(3, (await _table.FindAsync<TableEntity>("p", "a", Token))!.GetInt32("Value"));
    }

    /// <summary>A row that was read carries the id of the write that made it, which must not be taken for that of the next one.</summary>
    [Fact]
    public async Task TryWriteAsync_RowReadAndChangedByAnother_WritesNothing()
    {
        await _table.TryWriteAsync(Row("a", 1), default, Token);
        var read = (await _table.FindAsync<TableEntity>("p", "a", Token))!;
        await _table.TryWriteAsync(Row("a", 2), read.ETag, Token);
        LoseNext(RequestMethod.Put);

        Assert.Null(await _table.TryWriteAsync(read, read.ETag, Token));
        Assert.Equal(2, (await _table.FindAsync<TableEntity>("p", "a", Token))!.GetInt32("Value"));
    }

    [Fact]
    public async Task TryWriteAsync_RowToChangeIsGone_WritesNothing()
    {
        var added = await _table.TryWriteAsync(Row("a", 1), default, Token);
        await _table.DeleteEntityAsync("p", "a", ETag.All, Token);

        Assert.Null(await _table.TryWriteAsync(Row("a", 2), added!.Value, Token));
        Assert.Null(await _table.FindAsync<TableEntity>("p", "a", Token));
    }

    [Fact]
    public async Task TrySubmitAsync_AnswerLost_IsKnownAsDone()
    {
        LoseNext(RequestMethod.Post);

        Assert.True(await _table.TrySubmitAsync([Add("a"), Add("b")], Token));
        Assert.False(await _table.TrySubmitAsync([Add("c"), Add("a")], Token));
        Assert.Null(await _table.FindAsync<TableEntity>("p", "c", Token));
        Assert.True(await _table.TrySubmitAsync([], Token));
    }

    [Fact]
    public async Task ChangeAsync_ManyAtOnce_NoneIsLost()
    {
        var rows = new VersionedRows<TableEntity, string>(_table, row => row.GetString("Text")!, (partition, row, text) => new TableEntity(partition, row) { ["Text"] = text });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => rows.ChangeAsync("p", "a", text => new(text + "x"), Token)));

        Assert.Equal(new string('x', 20), await rows.FindAsync("p", "a", Token));
    }

    [Fact]
    public async Task ChangeAsync_AnswersLost_EachChangeIsMadeOnce()
    {
        var rows = new VersionedRows<TableEntity, string>(_table, row => row.GetString("Text")!, (partition, row, text) => new TableEntity(partition, row) { ["Text"] = text });

        LoseNext(RequestMethod.Post);
        var first = await rows.ChangeAsync("p", "a", text => new(text + "x"), Token);
        LoseNext(RequestMethod.Put);
        var second = await rows.ChangeAsync("p", "a", text => new(text + "y"), Token);
        var third = await rows.ChangeAsync("p", "a", _ => default, Token);

        Assert.Equal([(null, "x"), ("x", "xy")], new[] { first, second }.Select(change => (change.Before, change.Written)));
        Assert.Equal(("xy", null, "xy", second.Version), (third.Before, third.Written, third.After, third.Version));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(61_440)]
    [InlineData(61_441)]
    [InlineData(LargeColumn.MaxBytes)]
    public async Task LargeColumn_UpToItsLimit_IsReadAsWritten(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        var row = new TableEntity("p", "large");
        LargeColumn.Write(row, "Data", bytes);
        await _table.TryWriteAsync(row, default, Token);

        Assert.Equal(bytes, LargeColumn.Read((await _table.FindAsync<TableEntity>("p", "large", Token))!, "Data"));
        Assert.Throws<InvalidDataException>(() => LargeColumn.Write(row, "Data", new byte[LargeColumn.MaxBytes + 1]));
    }

    [Fact]
    public void ByPartition_ManyRows_MakesPiecesThatFitIntoTransactions()
    {
        var rows = Enumerable.Range(0, 250).Select(number => (Partition: number % 2 == 0 ? "even" : "odd", Number: number)).ToList();

        var pieces = rows.ByPartition(row => row.Partition).ToList();
        var large = rows.ByPartition(row => row.Partition, _ => 1024 * 1024).ToList();

        Assert.Equal([100, 25, 100, 25], pieces.Select(piece => piece.Count));
        Assert.All(large, piece => Assert.InRange(piece.Count, 1, 3));
        Assert.All(pieces.Concat(large), piece => Assert.Single(piece.DistinctBy(row => row.Partition)));
        Assert.Equal(rows.OrderBy(row => row.Partition), pieces.SelectMany(piece => piece));
    }

    private static TableEntity Row(string key, int value) => new("p", key) { ["Value"] = value };

    private static TableTransactionAction Add(string key) => new(TableTransactionActionType.Add, Row(key, 0));

    private void LoseNext(params RequestMethod[] methods) => _calls.FaultOf = (_, call) =>
    {
        if (!methods.Contains(call.Request.Method))
        {
            return StorageFault.None;
        }

        _calls.FaultOf = (_, _) => StorageFault.None;
        return StorageFault.FailAfter;
    };
}
