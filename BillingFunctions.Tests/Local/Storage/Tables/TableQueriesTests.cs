using Azure.Data.Tables;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Tables;

public sealed class TableQueriesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Time = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly TableClient _table = new(azurite.NewAccount(), "Readings");

    public async ValueTask InitializeAsync() => await _table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task QueryAsync_OverAThousandRows_FollowsTheContinuation()
    {
        await AddManyAsync(1250);

        var pages = await _table.QueryAsync<TableEntity>(filter: "PartitionKey eq 'p'").AsPages().ToListAsync();

        Assert.Equal(1000, pages[0].Values.Count);
        Assert.NotNull(pages[0].ContinuationToken);
        Assert.Null(pages[^1].ContinuationToken);
        Assert.Equal(Enumerable.Range(0, 1250).Select(Key), pages.SelectMany(page => page.Values).Select(entity => entity.RowKey));
    }

    [Fact]
    public async Task AsPages_FromAContinuation_GoesOnThere()
    {
        await AddManyAsync(10);
        var query = _table.QueryAsync<TableEntity>(maxPerPage: 4, select: ["RowKey"]);

        var first = await query.AsPages().FirstAsync();
        var rest = await query.AsPages(first.ContinuationToken, pageSizeHint: 3).ToListAsync();

        Assert.Equal(4, first.Values.Count);
        Assert.Equal([3, 3], rest.Select(page => page.Values.Count));
        Assert.Equal(Key(4), rest[0].Values[0].RowKey);
        Assert.Null(rest[0].Values[0].GetInt32("Number"));
    }

    [Fact]
    public async Task QueryAsync_Expressions_SelectWhatTheySay()
    {
        await AddReadingsAsync();
        var name = "o'brien";
        var limit = 3_000_000_000L;

        Assert.Equal("2", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Text == name)));
        Assert.Equal("34", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Amount >= limit)));
        Assert.Equal("1", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.When < Time.AddDays(2))));
        Assert.Equal("24", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Active)));
        Assert.Equal("13", await RowsAsync(_table.QueryAsync<Reading>(reading => !reading.Active)));
        Assert.Equal("3", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Kind == Kind.Large)));
        Assert.Equal("23", await RowsAsync(_table.QueryAsync<Reading>(
            reading => reading.RowKey.CompareTo("2") >= 0 && string.Compare(reading.RowKey, "4") < 0)));
        Assert.Equal("14", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Ratio < 0.2 || 0.35 < reading.Ratio)));
        Assert.Equal("4", await RowsAsync(_table.QueryAsync<TableEntity>(entity => entity.GetInt32("Count") == 4)));
        Assert.Equal("3", await RowsAsync(_table.QueryAsync<Reading>(reading => reading.Renamed == "name 3")));
    }

    [Fact]
    public async Task QueryAsync_FormattedFilter_SelectsWhatItSays()
    {
        await AddReadingsAsync();
        var second = await _table.GetEntityAsync<Reading>("p", "2");

        Assert.Equal("2", await RowsAsync(Filter($"Text eq {"o'brien"}")));
        Assert.Equal("2", await RowsAsync(Filter($"Id eq {second.Value.Id}")));
        Assert.Equal("34", await RowsAsync(Filter($"Amount gt {2_000_000_000L}")));
        Assert.Equal("34", await RowsAsync(Filter($"When ge {Time.AddDays(3)}")));
        Assert.Equal("24", await RowsAsync(Filter($"Active eq {true} and Count le {4}")));
        Assert.Equal("3", await RowsAsync(Filter($"Ratio gt {0.25} and Ratio lt {0.35}")));
    }

    [Fact]
    public void CreateQueryFilter_Values_AreWrittenByType()
    {
        var filter = TableClient.CreateQueryFilter(
            $"A eq {"x'y"} and B eq {1} and C eq {2L} and D eq {3.0} and E eq {true} and F eq {Time} and G eq {new byte[] { 0xAB }}");

        Assert.Equal(
            "A eq 'x''y' and B eq 1 and C eq 2L and D eq 3.0 and E eq true and F eq datetime'2026-02-03T04:05:06.0000000Z' and G eq X'ab'",
            filter);
    }

    [Fact]
    public void CreateQueryFilter_Expression_IsTranslated()
    {
        var filter = TableClient.CreateQueryFilter<Reading>(
            reading => reading.PartitionKey == "p" && (reading.Count != 3 || reading.MaybeAmount!.Value > 4));

        Assert.Equal("(PartitionKey eq 'p') and ((Count ne 3) or (MaybeAmount gt 4L))", filter);
    }

    [Fact]
    public void CreateQueryFilter_WhatTablesCannotCompute_Throws()
    {
        Assert.Throws<NotSupportedException>(() => TableClient.CreateQueryFilter<Reading>(reading => reading.Text!.Contains('x')));
        Assert.Throws<NotSupportedException>(() =>
            TableClient.CreateQueryFilter<Reading>(reading => reading.Text!.Equals("x", StringComparison.OrdinalIgnoreCase)));
        Assert.Throws<NotSupportedException>(() => TableClient.CreateQueryFilter<Reading>(reading => reading.Count == reading.Amount));
    }

    private static string Key(int number) => $"{number:D5}";

    private static async Task<string> RowsAsync<T>(IAsyncEnumerable<T> entities)
        where T : ITableEntity => string.Concat(await entities.Select(entity => entity.RowKey).ToListAsync());

    private Azure.AsyncPageable<Reading> Filter(FormattableString filter) => _table.QueryAsync<Reading>(TableClient.CreateQueryFilter(filter));

    private async Task AddReadingsAsync()
    {
        for (var number = 1; number <= 4; number++)
        {
            await _table.AddEntityAsync(new Reading
            {
                RowKey = $"{number}",
                Text = number == 2 ? "o'brien" : "other",
                Count = number,
                Amount = number * 1_000_000_000L,
                Ratio = number / 10.0,
                Active = number % 2 == 0,
                When = Time.AddDays(number),
                Id = Guid.NewGuid(),
                Kind = number == 3 ? Kind.Large : Kind.Small,
                Renamed = $"name {number}",
            });
        }
    }

    private async Task AddManyAsync(int count)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(100))
        {
            await _table.SubmitTransactionAsync(numbers.Select(number => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity("p", Key(number)) { ["Number"] = number })));
        }
    }
}
