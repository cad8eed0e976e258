using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Web;
using System.Xml.Linq;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays the queue of invoice mails: storage, a mail server, a clock that is moved, and processes that deliver its messages, as many and as short-lived as a test likes.</summary>
internal sealed class InvoiceMailDriver(string storage, Func<int, SmtpFault?>? faultOf = null) : IDisposable
{
    public const string Month = "2026-10";
    private const int Deliveries = 5;

    public ClockFake Time { get; } = new(new DateTimeOffset(2026, 11, 2, 6, 0, 0, TimeSpan.Zero));

    public SmtpFake MailServer { get; } = new(faultOf);

    public string RetryDelays { get; set; } = "00:00:30,00:02:00";

    public string OnUnknownDelivery { get; set; } = "";

    public string Smtp { get; set; } = "127.0.0.1";

    /// <summary>What has been put on the queue by processes and not been delivered.</summary>
    public ConcurrentQueue<(InvoiceEmail Message, DateTimeOffset DueAt)> Waiting { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<MonthlyInvoice> AddAsync(MonthlyInvoice? invoice = null)
    {
        await new TableClient(storage, MonthlyInvoiceStore.Table).CreateIfNotExistsAsync(Token);
        await new TableClient(storage, FailedJobStore.Table).CreateIfNotExistsAsync(Token);
        await Queues().GetQueueClient(InvoiceEmail.Queue).CreateIfNotExistsAsync(cancellationToken: Token);
        invoice ??= Invoice();
        Assert.True(await Store().TryWriteAsync([invoice], Token));
        return invoice;
    }

    public static MonthlyInvoice Invoice(string customerId = "cus_1") => new()
    {
        Month = Month,
        CustomerId = customerId,
        Status = InvoiceStatus.Priced,
        Email = "ada@example.org",
        Name = "Ada",
        Amount = new Money(125_000, "usd"),
    };

    public async Task<MonthlyInvoice> FindAsync(string customerId = "cus_1") => (await Store().FindAsync(Month, customerId, Token))!;

    public async Task ChangeAsync(Func<MonthlyInvoice, MonthlyInvoice> change) => Assert.NotNull((await Store().WriteAsync(change(await FindAsync()))).Written);

    public Task<IReadOnlyList<FailedJob>> FailedJobsAsync() => FailedJobs().ListAsync(null, null, 100, Token);

    /// <summary>A process of its own.</summary>
    public MailProcess Start(Func<int, HttpMessage, StorageFault>? faultOfCall = null, TimeProvider? time = null)
    {
        // A client that repeats a call by itself would hide the fault.
        var through = new StorageFake(HttpPipelinePosition.PerCall) { FaultOf = faultOfCall ?? ((_, _) => StorageFault.None), Done = NoteAsync };
        return new MailProcess(this, through, time ?? Time);
    }

    /// <summary>Delivers every message when it is due, moving the clock there, until none is left; what fails five times goes to those who give up.</summary>
    public async Task DeliverAllAsync(MailProcess? by = null)
    {
        var process = by ?? Start();
        for (var rounds = 0; Waiting.TryDequeue(out var next); rounds++)
        {
            Assert.True(rounds < 200, "There is no end of messages.");
            Time.Advance(next.DueAt > Time.GetUtcNow() ? next.DueAt - Time.GetUtcNow() : TimeSpan.Zero);
            await DeliverAsync(process, next.Message);
        }
    }

    private static async Task DeliverAsync(MailProcess process, InvoiceEmail message)
    {
        for (var delivery = 1; delivery <= Deliveries; delivery++)
        {
            try
            {
                await process.SendAsync(message);
                return;
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException)
            {
            }
        }

        await process.GiveUpAsync(message);
    }

    public MonthlyInvoiceStore Store(StorageFake? through = null, TimeProvider? time = null) =>
        new(Tables(through), Queues(through), FailedJobs(through), InvoicePolicy.From(new InvoicingOptions { OnUnknownDelivery = OnUnknownDelivery, RetryDelays = RetryDelays }, sendsMails: true), time ?? Time);

    public FailedJobStore FailedJobs(StorageFake? through = null) => new(Tables(through), Time);

    public QueueServiceClient Queues(StorageFake? through = null) => (through ?? new StorageFake()).Queues(storage);

    public void Dispose() => MailServer.Dispose();

    private TableServiceClient Tables(StorageFake? through) => (through ?? new StorageFake()).Tables(storage);

    /// <summary>Takes what a process puts on the queue.</summary>
    private async Task NoteAsync(HttpMessage message)
    {
        var uri = message.Request.Uri.ToUri();
        if (message.Request.Method != RequestMethod.Post || !uri.AbsolutePath.EndsWith($"{InvoiceEmail.Queue}/messages", StringComparison.Ordinal))
        {
            return;
        }

        using var body = new MemoryStream();
        await message.Request.Content!.WriteToAsync(body, CancellationToken.None);
        body.Position = 0;
        var text = XDocument.Load(body).Descendants("MessageText").Single().Value;
        var delay = HttpUtility.ParseQueryString(uri.Query)["visibilitytimeout"] is { } seconds ? double.Parse(seconds, CultureInfo.InvariantCulture) : 0;
        Waiting.Enqueue((JsonSerializer.Deserialize<InvoiceEmail>(Convert.FromBase64String(text))!, Time.GetUtcNow() + TimeSpan.FromSeconds(delay)));
    }
}
