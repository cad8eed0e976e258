using System.Text;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging.Abstractions;
using EventTypes = Stripe.EventTypes;

namespace BillingFunctions.Tests.CustomerUploads.Ingest;

public sealed class IngestUploadTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset March = new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly StorageFake _calls = new();
    private string _storage = "";
    private TableServiceClient _tables = null!;
    private RunStore<CustomerUpload> _store = null!;
    private CustomerStore _customers = null!;
    private UploadBlobs _blobs = null!;
    private QueueServiceClient _queues = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = azurite.NewAccount();
        _tables = _calls.Tables(_storage);
        _queues = new QueueServiceClient(_storage);
        var blobs = new BlobServiceClient(_storage);
        await _tables.CreateTableIfNotExistsAsync(RunTable.Name, Token);
        await _tables.CreateTableIfNotExistsAsync(CustomerStore.Table, Token);
        await _tables.CreateTableIfNotExistsAsync(CustomerAudit.Table, Token);
        await blobs.GetBlobContainerClient(UploadBlobs.Container).CreateIfNotExistsAsync(cancellationToken: Token);
        await _queues.GetQueueClient(UploadQueue.Name).CreateIfNotExistsAsync(cancellationToken: Token);
        (_store, _blobs) = (new RunStore<CustomerUpload>(_tables), new UploadBlobs(blobs));
        _customers = new CustomerStore(_tables, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ContinueAsync_SeveralChunks_WritesEachCustomerAndCounts()
    {
        var id = await AddAsync(File(1, 25, extra: ["3,again@example.com,Again", "99,wrong,Wrong", "98,a@b.de"]));

        var upload = await IngestAsync(id, Limits(10));

        Assert.Equal((UploadStatus.Completed, null), (upload.Status, upload.Error));
        Assert.Equal((28, 25, 3, 3), (upload.Progress.Rows, upload.Progress.Accepted, upload.Progress.Rejected, upload.Progress.Chunks));
        Assert.Equal([(27, "id", "3"), (28, "email", "wrong"), (29, null, null)], upload.Errors.Select(error => (error.Line, error.Column, error.Value)));
        Assert.Equal(25, await _customers.ListAsync(null, 1000, Token).CountAsync(Token));
        Assert.Equal("c3@example.com", (await _customers.FindAsync("3", Token))!.Email);
        Assert.Null(await _customers.FindAsync("99", Token));
    }

    [Fact]
    public async Task ContinueAsync_DryRun_ReportsTheSameAndWritesNothing()
    {
        var id = await AddAsync(File(1, 25, extra: ["3,again@example.com,Again"]), dryRun: true);

        var upload = await IngestAsync(id, Limits(10));

        Assert.Equal((UploadStatus.Completed, 25, 1), (upload.Status, upload.Progress.Accepted, upload.Progress.Rejected));
        Assert.Equal(0, await _customers.ListAsync(null, 1000, Token).CountAsync(Token));
    }

    [Fact]
    public async Task ContinueAsync_TimeIsUp_LeavesTheRestToAnotherMessage()
    {
        var id = await AddAsync(File(1, 25));

        var first = await IngestAsync(id, Limits(10) with { Budget = TimeSpan.Zero });
        var second = await IngestAsync(id, Limits(10) with { Budget = TimeSpan.Zero });
        var third = await IngestAsync(id, Limits(10) with { Budget = TimeSpan.Zero });

        Assert.Equal([(UploadStatus.Running, 10), (UploadStatus.Running, 20), (UploadStatus.Completed, 25L)], new[] { first, second, third }.Select(upload => (upload.Status, upload.Progress.Accepted)));
        var messages = (await _queues.GetQueueClient(UploadQueue.Name).ReceiveMessagesAsync(10, cancellationToken: Token)).Value;
        Assert.Equal([id, id], messages.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task ContinueAsync_ChunkDoneButNotItsCheckpoint_CountsOnceAndWritesNothing()
    {
        var id = await AddAsync(File(1, 25, extra: ["3,again@example.com,Again", "99,wrong,Wrong"]));
        var before = (await _store.FindAsync(id, Token))!;
        await IngestAsync(id, Limits(10));
        var row = await RowAsync("7");

        // As if the process had died before any checkpoint: the rows are there, and the failed ones too.
        await _store.SaveAsync(before, Token);
        var upload = await IngestAsync(id, Limits(10));

        Assert.Equal((27, 25, 2), (upload.Progress.Rows, upload.Progress.Accepted, upload.Progress.Rejected));
        Assert.Equal(row.ETag, (await RowAsync("7")).ETag);
        Assert.Equal(3, (await ErrorsAsync(id)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ContinueAsync_TwoAtOnce_CountOnce()
    {
        var id = await AddAsync(File(1, 500, extra: ["3,again@example.com,Again", "999,wrong,Wrong"]));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Ingest(Limits(40)).RunAsync(id, Token)));

        var upload = await IngestAsync(id, Limits(40));
        Assert.Equal((UploadStatus.Completed, 502, 500, 2), (upload.Status, upload.Progress.Rows, upload.Progress.Accepted, upload.Progress.Rejected));
        Assert.Equal(2, upload.Errors.Count);
        Assert.Equal(500, await _customers.ListAsync(null, 1000, Token).CountAsync(Token));
    }

    [Fact]
    public async Task ContinueAsync_SameFileAgain_ChangesOnlyWhenItWasIngested()
    {
        await IngestAsync(await AddAsync(File(1, 30)), Limits(10));
        var first = await RowAsync("7");

        await IngestAsync(await AddAsync(File(1, 31), March.AddDays(1)), Limits(10));

        var second = await RowAsync("7");
        Assert.Equal([nameof(Customer.LastIngestedAt), nameof(Customer.LastIngestedBy)], Differences(first, second));
        Assert.Equal((March, March.AddDays(1)), (first.GetDateTimeOffset(nameof(Customer.LastIngestedAt)), second.GetDateTimeOffset(nameof(Customer.LastIngestedAt))));
        Assert.Equal("c31@example.com", (await _customers.FindAsync("31", Token))!.Email);
    }

    [Fact]
    public async Task ContinueAsync_OlderUploadLate_DoesNotOverwriteTheNewer()
    {
        var older = await AddAsync("id,email,name\n1,old@example.com,Old\n2,two@example.com,Two\n");
        var newer = await AddAsync("id,email,name\n1,new@example.com,New\n", March.AddDays(1));

        await IngestAsync(newer, Limits(10));
        var upload = await IngestAsync(older, Limits(10));

        Assert.Equal(2, upload.Progress.Accepted);
        Assert.Equal(("new@example.com", March.AddDays(1)), ((await _customers.FindAsync("1", Token))!.Email, (await _customers.FindAsync("1", Token))!.LastIngestedAt));
        Assert.Equal(March, (await _customers.FindAsync("2", Token))!.LastIngestedAt);
    }

    [Fact]
    public async Task ContinueAsync_CustomerOfStripe_KeepsStripesWordsInBothOrders()
    {
        await HearAsync(StripeEventBuilder.Customer(EventTypes.CustomerCreated, "evt_1", StripeEventBuilder.Time, "ann", "cus_1"));
        await IngestAsync(await AddAsync("id,email,first_billing_month\ncus_1,x@example.com,2026-02\ncus_2,y@example.com,2026-02\n"), Limits(10));
        await HearAsync(StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_2", StripeEventBuilder.Time, "bob", "cus_2"));

        var (one, two) = ((await _customers.FindAsync("cus_1", Token))!, (await _customers.FindAsync("cus_2", Token))!);
        Assert.Equal(("ann@example.com", "bob@example.com"), (one.Email, two.Email));
        Assert.All([one, two], customer => Assert.Equal((Customer.FromStripe, March, "2026-02"), (customer.Origin, customer.LastIngestedAt, customer.FirstBillingMonth)));
    }

    /// <summary>The client repeats what it heard no answer to, and is told that somebody else has changed the row: that was itself.</summary>
    [Fact]
    public async Task ContinueAsync_AnswerToACheckpointIsLost_GoesOn()
    {
        var id = await AddAsync(File(1, 25));
        var writes = 0;
        _calls.FaultOf = (_, call) => call.Request.Method != RequestMethod.Get && call.Request.Uri.Path.Contains(RunTable.Name, StringComparison.Ordinal) && ++writes == 2
            ? StorageFault.FailAfter
            : StorageFault.None;

        var upload = await IngestAsync(id, Limits(10));

        Assert.Equal((UploadStatus.Completed, 25, 3), (upload.Status, upload.Progress.Rows, upload.Progress.Chunks));
    }

    [Fact]
    public async Task ContinueAsync_CustomerOfStripeWithoutAddress_IsBilledAtTheUploadedOneWhateverComesThen()
    {
        var nameless = StripeEventBuilder.Event("evt_1", EventTypes.CustomerCreated, StripeEventBuilder.Time, new { id = "cus_1" });
        await HearAsync(nameless);

        await IngestAsync(await AddAsync("id,email,currency\ncus_1,x@example.com,eur\n"), Limits(10));
        await HearAsync(nameless with { Id = "evt_2", Type = EventTypes.CustomerUpdated });

        var billed = await new BilledCustomers(new TableServiceClient(_storage)).FindAsync("cus_1", Token);
        Assert.Equal(("x@example.com", "eur"), (billed!.Email, billed.Currency));
        var shown = CustomerView.From((await _customers.FindAsync("cus_1", Token))!);
        Assert.Equal(("x@example.com", "eur", Customer.FromStripe), (shown.Email, shown.Currency, shown.Origin));
    }

    [Fact]
    public async Task ContinueAsync_RowsOfTheLargestSizeInOneBucket_FitIntoTransactions()
    {
        var columns = string.Join(',', Enumerable.Range(0, 50).Select(number => $"m{number}"));
        var random = new Random(1);
        var file = new StringBuilder($"id,email,{columns}\n");
        var ids = IdsOf("00", 90);
        foreach (var id in ids)
        {
            var cells = Enumerable.Range(0, 50).Select(_ => string.Concat(Enumerable.Range(0, 397).Select(_ => (char)random.Next(0x4E00, 0x9FFF))));
            file.Append(id).Append(",a@example.com,").AppendJoin(',', cells).Append('\n');
        }

        var upload = await IngestAsync(await AddAsync(file.ToString()), Limits(1000));

        Assert.Equal((UploadStatus.Completed, 90L), (upload.Status, upload.Progress.Accepted));
        Assert.Equal(50, (await _customers.FindAsync(ids[^1], Token))!.Metadata.Count);
    }

    [Fact]
    public async Task ContinueAsync_NewCustomers_CostATransactionForAHundredOfABucket()
    {
        var ids = new[] { "00", "01" }.SelectMany(bucket => IdsOf(bucket, 150));
        var id = await AddAsync($"id,email\n{string.Join('\n', ids.Select(id => $"{id},a@example.com"))}");
        _calls.Reset();

        await IngestAsync(id, Limits(5_000));

        // Two for each bucket; and reading and saving the upload.
        Assert.InRange(_calls.Calls.Count, 4, 4 + 8);
    }

    [Fact]
    public async Task ContinueAsync_BlankLinesOnly_IsRefused()
    {
        var upload = await IngestAsync(await AddAsync("id,email\n\n,\n"), Limits(10));

        Assert.Equal(UploadStatus.Refused, upload.Status);
        Assert.Contains("no rows", upload.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContinueAsync_FileGone_SaysWhyAndFails()
    {
        var id = await AddAsync(File(1, 2));
        await _blobs.DeleteAsync((await _store.FindAsync(id, Token))!.File.Blob);

        await Assert.ThrowsAsync<RequestFailedException>(() => Ingest(Limits(10)).RunAsync(id, Token));

        var upload = (await _store.FindAsync(id, Token))!;
        Assert.Equal(UploadStatus.Running, upload.Status);
        Assert.NotNull(upload.Error);
    }

    private static List<string> IdsOf(string bucket, int count) =>
        [.. Enumerable.Range(0, int.MaxValue).Select(number => $"{number}").Where(id => TableKey.Bucket(id) == bucket).Take(count)];

    private static IngestLimits Limits(int rows) => IngestLimits.Default with { ChunkRows = rows };

    private static string File(int first, int last, IEnumerable<string>? extra = null) =>
        CustomerCsvBuilder.File([.. CustomerCsvBuilder.Lines(Enumerable.Range(first, last - first + 1)), .. extra ?? []]);

    private static IEnumerable<string> Differences(TableEntity one, TableEntity other) =>
        one.Keys.Where(key => key is not ("odata.etag" or "Timestamp" or nameof(StoredRow.WriteId)) && (one[key] is byte[] bytes ? !bytes.SequenceEqual((byte[])other[key]!) : !Equals(one[key], other[key]))).Order(StringComparer.Ordinal);

    private IngestUploadFunction Ingest(IngestLimits limits) =>
        new(_store, _blobs, new UploadedCustomerWriter(_tables, CustomerDirectoryBuilder.Directory(_customers, _tables), TimeProvider.System), new UploadQueue(_queues), limits, TimeProvider.System, NullLogger<IngestUploadFunction>.Instance);

    private async Task<CustomerUpload> IngestAsync(string id, IngestLimits limits)
    {
        await Ingest(limits).RunAsync(id, Token);
        return (await _store.FindAsync(id, Token))!;
    }

    private async Task<string> AddAsync(string text, DateTimeOffset? receivedAt = null, bool dryRun = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var header = CsvHeader.Read(bytes.AsMemory(0, Math.Min(bytes.Length, CsvHeader.MaxBytes)), isWhole: true);
        var (id, blob) = (RunId.New<CustomerUpload>(receivedAt ?? March), UploadBlobs.NewName(March));
        await _blobs.WriteAsync(blob, new MemoryStream(bytes), Token);
        var upload = new CustomerUpload { Id = id, File = new(blob, null, bytes.Length, "", header), DryRun = dryRun, RequestedBy = "test", ReceivedAt = receivedAt ?? March };
        await _store.SaveAsync(upload, Token);
        return id;
    }

    private async Task<TableEntity> RowAsync(string id) =>
        (await _tables.GetTableClient(CustomerStore.Table).GetEntityAsync<TableEntity>(TableKey.Bucket(id), id, cancellationToken: Token)).Value;

    private async Task<string> ErrorsAsync(string id)
    {
        var upload = (await _store.FindAsync(id, Token))!;
        using var rows = new MemoryStream(new FailedRows(CustomerColumns.From(upload.File.Header), ',').Header(), writable: true) { Position = 0 };
        using var all = new MemoryStream();
        await rows.CopyToAsync(all, Token);
        await _blobs.CopyFailedRowsAsync(id, upload.Progress.Chunks, all, Token);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private Task HearAsync(StripeEvent told) => CustomerDirectoryBuilder.Handler(_customers, _tables, new CurrentObjectsFake()).ApplyAsync(CustomerEvents.IdOf(told)!, [told], Token);
}
