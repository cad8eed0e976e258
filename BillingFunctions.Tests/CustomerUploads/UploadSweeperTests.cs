using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.CustomerUploads;

/// <summary>Storage stamps rows by its own clock: that of the sweeper begins with the present and is moved on.</summary>
public sealed class UploadSweeperTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private RunStore<CustomerUpload> _store = null!;
    private TableClient _runs = null!;
    private QueueClient _queue = null!;
    private UploadSweeper _sweeper = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        var queues = new QueueServiceClient(storage);
        _queue = queues.GetQueueClient(UploadQueue.Name);
        await _queue.CreateIfNotExistsAsync(cancellationToken: Token);
        var tables = new TableServiceClient(storage);
        await tables.CreateTableIfNotExistsAsync(RunTable.Name, Token);
        _runs = tables.GetTableClient(RunTable.Name);
        _store = new RunStore<CustomerUpload>(tables);
        _sweeper = new UploadSweeper(_store, new UploadQueue(queues), _time);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(UploadStatus.Queued, 1)]
    [InlineData(UploadStatus.Running, 1)]
    [InlineData(UploadStatus.Completed, 0)]
    [InlineData(UploadStatus.Failed, 0)]
    [InlineData(UploadStatus.Refused, 0)]
    public async Task Sweep_SilentForTwoMinutes_IsQueuedAgainIfItIsOpen(UploadStatus status, int queued)
    {
        var upload = await AddAsync(status);
        Assert.Equal(0, await _sweeper.SweepAsync(Token));
        _time.Advance(TimeSpan.FromMinutes(2.1));

        Assert.Equal(queued, await _sweeper.SweepAsync(Token));

        Assert.Equal(queued == 0 ? [] : [upload.Id], (await _queue.ReceiveMessagesAsync(32, cancellationToken: Token)).Value.Select(message => message.Body.ToString()));
        Assert.Equal(status, (await _store.FindAsync(upload.Id, Token))!.Status);
    }

    [Fact]
    public async Task Sweep_WithCheckpointsOrQueuedAMomentAgo_IsLeftAlone()
    {
        var upload = await AddAsync(UploadStatus.Running);
        _time.Advance(TimeSpan.FromMinutes(2.1));
        Assert.Equal(1, await _sweeper.SweepAsync(Token));

        var sweptAt = await SavedAtAsync(upload);
        Assert.True(sweptAt > upload.ReceivedAt);
        var justAfter = new UploadSweeper(_store, new UploadQueue(new QueueServiceClient("UseDevelopmentStorage=true")), new FakeTimeProvider(sweptAt + TimeSpan.FromMinutes(1.9)));
        Assert.Equal(0, await justAfter.SweepAsync(Token));
    }

    /// <summary>By the clock of storage.</summary>
    private async Task<DateTimeOffset> SavedAtAsync(CustomerUpload upload) =>
        (await _runs.QueryAsync<TableEntity>(row => row.PartitionKey == "upload", cancellationToken: Token).FirstAsync(row => row.RowKey.EndsWith(upload.Id, StringComparison.Ordinal), Token)).Timestamp!.Value;

    private async Task<CustomerUpload> AddAsync(UploadStatus status)
    {
        var now = _time.GetUtcNow();
        var header = CsvHeader.Read(Encoding.UTF8.GetBytes("id,email\n1,a@example.com\n"), isWhole: true);
        var upload = new CustomerUpload
        {
            Id = RunId.New<CustomerUpload>(now),
            File = new StoredFile("blob", null, 1, "", header),
            DryRun = false,
            RequestedBy = "test",
            ReceivedAt = now,
            Status = status,
        };
        await _store.SaveAsync(upload, Token);
        return upload;
    }
}
