using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BillingFunctions.Customers.Audit;
using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Operations;
using BillingFunctions.Operations.Audit;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

/// <summary>What is too old goes, with what belongs to it; what is young, open or failed stays.</summary>
public sealed class RetentionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private TableServiceClient _tables = null!;
    private BlobServiceClient _blobs = null!;
    private RetentionLimits _limits = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var account = azurite.NewAccount();
        (_tables, _blobs, _limits) = (new TableServiceClient(account), new BlobServiceClient(account), new RetentionLimits(Options.Create(new RetentionOptions()), _time));
        await Task.WhenAll(new[] { InboxStore.Table, RunTable.Name, OperatorAudit.Table, CustomerAudit.Table, IdempotentRequests.Table }.Select(table => _tables.CreateTableAsync(table, Token)));
        await Task.WhenAll(new[] { InboxStore.Container, UploadBlobs.Container, "exports" }.Select(container => _blobs.CreateBlobContainerAsync(container, cancellationToken: Token)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Remove_WebhookEvents_OnlyOldOnesThatAreSettledGoWithTheirPayloads()
    {
        var store = new InboxStore(_tables, _blobs, _time);
        var retention = new InboxRetention(store, _limits);
        var large = Convert.ToBase64String(RandomNumberGenerator.GetBytes(800_000));
        InboxEvent[] events =
        [
            .. Enumerable.Range(0, 120).Select(number => Event($"evt_applied_{number}", age: 91)),
            Event("evt_large", 91, large), Event("evt_ignored", 91), Event("evt_failed", 91), Event("evt_open", 91), Event("evt_young", 89), Event("evt_young_large", 89, large),
        ];
        foreach (var minute in events.GroupBy(received => received.Key.Partition).SelectMany(minute => minute.Chunk(50)))
        {
            await store.InsertAsync(minute, Token);
        }

        await store.RecordAsync(
            events.Where(received => received.Key.Id != "evt_open").Select(received => new EventOutcome(
                received.Key, received.Key.Id switch { "evt_ignored" => EventStatus.Ignored, "evt_failed" => EventStatus.Failed, _ => EventStatus.Applied })),
            Token);

        Assert.Equal((122, 0), (await retention.RemoveAsync(Token), await retention.RemoveAsync(Token)));
        Assert.Equal(
            ["evt_failed", "evt_open", "evt_young", "evt_young_large"], await store.ListAsync(null, null, Token).Select(stored => stored.Id).Order().ToListAsync(Token));
        Assert.Equal(events[^1].Key.Row, Assert.Single(await BlobsAsync(InboxStore.Container)));
    }

    [Fact]
    public async Task Remove_Exports_OldOnesGoWithTheFilesThatAreTheirs()
    {
        var store = new RunStore<ExportRun>(_tables);
        var retention = new ExportRetention(store, new ExportPublisher(_blobs, _time), _limits);
        var (old, overwritten, failed, open, young) = (Run(366, "old.csv"), Run(366, "overwritten.csv"), Run(366, "failed.csv", ExportStatus.Failed), Run(366, "open.csv", ExportStatus.Running), Run(364, "young.csv"));
        foreach (var run in new[] { old, overwritten, failed, open, young })
        {
            await store.SaveAsync(run, Token);
        }

        await WriteExportAsync(old.Plan, old.Id);
        await WriteExportAsync(overwritten.Plan, "exp_another");
        await WriteExportAsync(young.Plan, young.Id);

        Assert.Equal((3, 0), (await retention.RemoveAsync(Token), await retention.RemoveAsync(Token)));
        Assert.Equal([young.Id, open.Id], await store.ListAsync(null, Token).Select(run => run.Id).ToListAsync(Token));
        Assert.Equal(["overwritten.csv", "overwritten.csv.manifest.json", "young.csv", "young.csv.manifest.json"], await BlobsAsync("exports"));
    }

    [Fact]
    public async Task Remove_Uploads_OldOnesGoWithTheirFilesAndFailedRows()
    {
        var (store, blobs) = (new RunStore<CustomerUpload>(_tables), new UploadBlobs(_blobs));
        var retention = new UploadRetention(store, blobs, _limits);
        var (old, young) = (Upload(366), Upload(364));
        foreach (var upload in new[] { old, young })
        {
            await store.SaveAsync(upload, Token);
            await blobs.WriteAsync(upload.File.Blob, BinaryData.FromString("id\n").ToStream(), Token);
            await blobs.WriteFailedRowsAsync(upload.Id, 0, BinaryData.FromString("1"), Token);
            await blobs.WriteFailedRowsAsync(upload.Id, 7, BinaryData.FromString("2"), Token);
        }

        Assert.Equal((1, 0), (await retention.RemoveAsync(Token), await retention.RemoveAsync(Token)));
        Assert.Equal([young.Id], await store.ListAsync(null, Token).Select(upload => upload.Id).ToListAsync(Token));
        Assert.Equal([$"errors/{young.Id}/000000.csv", $"errors/{young.Id}/000007.csv", young.File.Blob], await BlobsAsync(UploadBlobs.Container));
    }

    [Fact]
    public async Task Remove_Audits_OnlyOldEntriesGo()
    {
        var (actions, customers) = (new OperatorAudit(_tables), new CustomerAudit(_tables));
        foreach (var age in new[] { 1_000, 1_094, 1_096, 2_000 })
        {
            var at = Now.AddDays(-age);
            await actions.SaveAsync(new OperatorAction { Id = OperatorAudit.NewId(at), At = at, Who = "ann", Address = "192.0.2.7", Action = "x", Method = "POST", Path = "/" }, Token);
            await customers.NoteAsync($"cus_{age}", "merged", "cus_2", at, "evt_1", Token);
        }

        Assert.Equal((2, 2), (await new OperatorAuditRetention(actions, _limits).RemoveAsync(Token), await new CustomerAuditRetention(customers, _limits).RemoveAsync(Token)));
        Assert.Equal(2, await actions.ListAsync(new ActionFilter(null, null, null, null), null, Token).CountAsync(Token));
        Assert.Empty(await customers.ListAsync("cus_1096", null, 10, Token).ToListAsync(Token));
        Assert.Single(await customers.ListAsync("cus_1094", null, 10, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Remove_IdempotencyKeys_OnlyForgottenOnesGo()
    {
        var requests = new IdempotentRequests(_tables, _time);
        await CreateAsync(requests, "old");
        _time.Advance(TimeSpan.FromDays(1));
        await CreateAsync(requests, "young");
        _time.Advance(TimeSpan.FromDays(1.5));

        Assert.Equal((1, 0), (await Remove(), await Remove()));

        Task<int> Remove() => new IdempotencyKeyRetention(requests, _limits).RemoveAsync(Token);
    }

    private static InboxEvent Event(string id, int age, string name = "") =>
        StripeEventBuilder.Received(id, "customer.updated", Now.AddDays(-age).ToUnixTimeSeconds(), new { id = "cus_1", name });

    private static ExportRun Run(int age, string file, ExportStatus status = ExportStatus.Completed)
    {
        var ended = Now.AddDays(-age);
        var plan = new ExportPlan(RunId.New<ExportRun>(ended.AddHours(-1)), "exports", file, ["id"], From: 1, To: 0, false, FormulaHandling.Escape, null);
        return new ExportRun { Plan = plan, RequestedBy = "test", StartedAt = ended.AddHours(-1), Status = status, FinishedAt = status == ExportStatus.Running ? null : ended };
    }

    private static CustomerUpload Upload(int age)
    {
        var ended = Now.AddDays(-age);
        return new CustomerUpload
        {
            Id = RunId.New<CustomerUpload>(ended),
            File = new StoredFile(UploadBlobs.NewName(ended), null, 3, "", new CsvHeader(',', false, ["id"])),
            DryRun = false,
            RequestedBy = "test",
            ReceivedAt = ended,
            Status = UploadStatus.Completed,
            FinishedAt = ended,
        };
    }

    private async Task WriteExportAsync(ExportPlan plan, string runId)
    {
        var container = _blobs.GetBlobContainerClient(plan.Container);
        await container.GetBlobClient(plan.BlobName).UploadAsync(BinaryData.FromString("id\r\n"), overwrite: true, Token);
        await container.GetBlobClient(plan.BlobName).SetMetadataAsync(new Dictionary<string, string> { ["run_id"] = runId }, cancellationToken: Token);
        await container.GetBlobClient(plan.BlobName + ".manifest.json").UploadAsync(BinaryData.FromString("{}"), overwrite: true, Token);
    }

    private async Task<IReadOnlyList<string>> BlobsAsync(string container) =>
        await _blobs.GetBlobContainerClient(container).GetBlobsAsync(cancellationToken: Token).Select(blob => blob.Name).ToListAsync(Token);

    private static async Task CreateAsync(IdempotentRequests requests, string key)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = key;
        await requests.RunAsync(request, "thing", default, "id", id => Task.FromResult<IResult>(CreatedAnswer.Created($"/{id}", id)), Token);
    }
}
