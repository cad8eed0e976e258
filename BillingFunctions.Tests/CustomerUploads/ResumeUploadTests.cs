using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.CustomerUploads;

public sealed class ResumeUploadTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Received = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whoever resumes an upload and then looks at it must not read that it has failed.</summary>
    [Theory]
    [InlineData(UploadStatus.Failed, UploadStatus.Queued, null)]
    [InlineData(UploadStatus.Running, UploadStatus.Running, "The last attempt failed.")]
    [InlineData(UploadStatus.Queued, UploadStatus.Queued, "The last attempt failed.")]
    public async Task Resume_FailedOrOpen_IsOpenAtOnceAndOnTheQueue(UploadStatus before, UploadStatus after, string? error)
    {
        var account = azurite.NewAccount();
        var (tables, queues) = (new TableServiceClient(account), new QueueServiceClient(account));
        await tables.CreateTableAsync(RunTable.Name, Token);
        var queue = (await queues.CreateQueueAsync(UploadQueue.Name, cancellationToken: Token)).Value;
        var store = new RunStore<CustomerUpload>(tables);
        var upload = new CustomerUpload
        {
            Id = RunId.New<CustomerUpload>(Received),
            File = new StoredFile("blob", null, 1, "", CsvHeader.Read("id,email\n1,a@example.com\n"u8.ToArray(), isWhole: true)),
            DryRun = false,
            RequestedBy = "test",
            ReceivedAt = Received,
            Status = before,
            Error = "The last attempt failed.",
        };
        await store.SaveAsync(upload, Token);

        await new ResumeUploadFunction(store, new UploadQueue(queues)).RunAsync(new DefaultHttpContext().Request, upload.Id, Token);

        var stored = (await store.FindAsync(upload.Id, Token))!;
        Assert.Equal((after, error), (stored.Status, stored.Error));
        Assert.Equal(upload.Id, Assert.Single((await queue.ReceiveMessagesAsync(cancellationToken: Token)).Value).Body.ToString());
    }
}
