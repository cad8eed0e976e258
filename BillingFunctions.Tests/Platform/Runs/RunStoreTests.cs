using Azure.Data.Tables;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.Runs;

public sealed class RunStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TableServiceClient _tables = new(azurite.NewAccount());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunStore<InvoicingRun> Store => new(_tables);

    public async ValueTask InitializeAsync() => await _tables.CreateTableAsync(RunTable.Name, Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ListAsync_SeveralRuns_GivesTheNewestFirstBehindTheCursor()
    {
        var runs = Enumerable.Range(0, 4).Select(hour => Run(Start.AddHours(hour))).ToList();
        foreach (var run in runs)
        {
            await Store.SaveAsync(run, Token);
        }

        Assert.Equal(runs.AsEnumerable().Reverse(), await Store.ListAsync(after: null, Token).ToListAsync(Token));
        Assert.Equal([runs[1], runs[0]], await Store.ListAsync(after: runs[2].Id, Token).ToListAsync(Token));
        Assert.Equal(runs[3], await Store.FindAsync(runs[3].Id, Token));
        Assert.Null(await Store.FindAsync("inv_nonsense", Token));
    }

    [Fact]
    public async Task ChangeAsync_ManyAtOnce_NoneIsLost()
    {
        var run = Run(Start);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.ChangeAsync(run.Id, stored => (stored ?? run) with { Added = (stored ?? run).Added + 1 }, Token)));

        Assert.Equal(10, (await Store.FindAsync(run.Id, Token))!.Added);
        Assert.Null(await Store.ChangeAsync(run.Id, _ => null, Token));
    }

    /// <summary>What versions of the app before wrote: one column, as text or compressed.</summary>
    [Fact]
    public async Task FindAsync_WrittenAsTextByAFormerVersion_IsRead()
    {
        var run = Run(Start);
        var row = new TableEntity("invoicing", RunId.RowKeyOf<InvoicingRun>(run.Id)!)
        {
            ["Run"] = $$"""{"id":"{{run.Id}}","month":"2026-01","requestedBy":"test","startedAt":"2026-01-01T00:00:00+00:00","status":"Completed","added":7}""",
        };
        await _tables.GetTableClient(RunTable.Name).AddEntityAsync(row, Token);

        Assert.Equal(run with { Status = InvoicingRunStatus.Completed, Added = 7 }, await Store.FindAsync(run.Id, Token));
    }

    private static InvoicingRun Run(DateTimeOffset startedAt) => new() { Id = RunId.New<InvoicingRun>(startedAt), Month = "2026-01", RequestedBy = "test", StartedAt = startedAt };
}
