using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Notices;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Exports.Ending;

/// <summary>After a crash the engine may have a run ended twice, and in different ways.</summary>
public sealed class EndExportActivityTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ExportPlan Plan = new(RunId.New<ExportRun>(Start), "exports", "a.csv", ["id"], From: 1, To: 0, false, FormulaHandling.Escape, "ada@example.org");

    private readonly SmtpFake _smtp = new();
    private RunStore<ExportRun> _store = null!;
    private BlobContainerClient _container = null!;
    private EndExportActivity _activity = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ExportState State => ExportState.Start(Plan);

    public async ValueTask InitializeAsync()
    {
        var account = azurite.NewAccount();
        var (tables, blobs) = (new TableServiceClient(account), new BlobServiceClient(account));
        await tables.CreateTableAsync(RunTable.Name, Token);
        _container = blobs.GetBlobContainerClient(Plan.Container);
        await _container.CreateAsync(cancellationToken: Token);
        _store = new RunStore<ExportRun>(tables);
        await _store.SaveAsync(new ExportRun { Plan = Plan, RequestedBy = "test", StartedAt = Start }, Token);
        var email = new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = "127.0.0.1", Port = _smtp.Port, UseTls = false } };
        var (publisher, notifier) = (new ExportPublisher(blobs, TimeProvider.System), new ExportNotifier(_store, new Mailer(Options.Create(email), ShadowMode.Off, TimeProvider.System), new NoticeQueue(new QueueServiceClient(account)), TimeProvider.System));
        _activity = new EndExportActivity(_store, publisher, notifier, new StretchProgressStore(tables), TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _smtp.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task RunAsync_CompletedTwiceThenCanceled_StaysCompletedWithOneFileAndOneMail()
    {
        await EndAsync(ExportEnd.Complete(State));
        var first = await RunAsync();
        await EndAsync(ExportEnd.Complete(State));
        await EndAsync(ExportEnd.Canceled(State));

        Assert.Equal((ExportStatus.Completed, "sent"), (first.Status, first.Notification));
        Assert.Equal(first.FinishedAt, (await RunAsync()).FinishedAt);
        Assert.Equal("id\r\n", (await _container.GetBlobClient("a.csv").DownloadContentAsync(Token)).Value.Content.ToString());
        Assert.Equal("Customer export completed", Assert.Single(_smtp.Received)["Subject"]);
    }

    [Fact]
    public async Task RunAsync_CanceledThenCompleted_StaysCanceledWithoutFileAndMail()
    {
        await EndAsync(ExportEnd.Canceled(State));
        await EndAsync(ExportEnd.Complete(State));

        Assert.Equal(ExportStatus.Canceled, (await RunAsync()).Status);
        Assert.False(await _container.GetBlobClient("a.csv").ExistsAsync(Token));
        Assert.Empty(_smtp.Mails);
    }

    [Fact]
    public async Task RunAsync_FileExistsMeanwhile_FailsWithTheReasonAndItsCheckpoint()
    {
        await _container.GetBlobClient("a.csv").UploadAsync(BinaryData.FromString("another"), Token);

        await EndAsync(ExportEnd.Complete(State));

        var run = await RunAsync();
        Assert.Equal(ExportStatus.Failed, run.Status);
        Assert.Contains("exports/a.csv", run.Error, StringComparison.Ordinal);
        Assert.NotNull(run.Checkpoint);
        Assert.Equal("Customer export failed", Assert.Single(_smtp.Received)["Subject"]);
        Assert.Equal("another", (await _container.GetBlobClient("a.csv").DownloadContentAsync(Token)).Value.Content.ToString());
    }

    [Fact]
    public async Task RunAsync_DiedWhileTheMailWasSent_SendsNone()
    {
        await EndAsync(ExportEnd.Failed(State, "no"));
        await _store.SaveAsync(await RunAsync() with { Notification = "sending" }, Token);

        await EndAsync(ExportEnd.Failed(State, "no"));

        Assert.Single(_smtp.Mails);
        Assert.Equal("sending", (await RunAsync()).Notification);
    }

    private async Task EndAsync(ExportEnd end) => await _activity.RunAsync(end, Token);

    private async Task<ExportRun> RunAsync() => (await _store.FindAsync(Plan.RunId, Token))!;
}
