using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>Storage, a mail server, a clock that is moved, and processes that deliver the queue's messages, as many and as short-lived as a test likes.</summary>
internal sealed class MailWorld(AzuriteFixture azurite, Func<int, SmtpFault?>? faultOf = null) : IDisposable
{
    public const string Month = "2026-10";
    private const int Deliveries = 5;

    private readonly string _storage = azurite.NewAccount();

    public FakeClock Time { get; } = new(new DateTimeOffset(2026, 11, 2, 6, 0, 0, TimeSpan.Zero));

    public SmtpSink Sink { get; } = new(faultOf);

    public string RetryDelays { get; set; } = "00:00:30,00:02:00";

    public string OnUnknownDelivery { get; set; } = "";

    public string Smtp { get; set; } = "127.0.0.1";

    /// <summary>What has been put on the queue by processes and not been delivered.</summary>
    public ConcurrentQueue<(InvoiceEmail Message, DateTimeOffset DueAt)> Waiting { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<MonthlyInvoice> AddAsync(MonthlyInvoice? invoice = null)
    {
        await new TableClient(_storage, MonthlyInvoiceStore.Table).CreateIfNotExistsAsync(Token);
        await new TableClient(_storage, FailedJobStore.Table).CreateIfNotExistsAsync(Token);
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

    public async Task ChangeAsync(Func<MonthlyInvoice, MonthlyInvoice> change) => Assert.NotNull(await Store().TryUpdateAsync(change(await FindAsync()), Token));

    public Task<IReadOnlyList<FailedJob>> FailedJobsAsync() => FailedJobs().ListAsync(null, null, 100, Token);

    /// <summary>A process of its own.</summary>
    public MailProcess Start(Func<int, HttpMessage, StorageFault>? faultOfCall = null, TimeProvider? time = null)
    {
        var watch = new StorageWatch(faultOfCall ?? ((_, _) => StorageFault.None), (message, delay) => Waiting.Enqueue((message, Time.GetUtcNow() + delay)));
        return new MailProcess(this, watch, time ?? Time);
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

    public MonthlyInvoiceStore Store(StorageWatch? watch = null) => new(Tables(watch), Time);

    public FailedJobStore FailedJobs(StorageWatch? watch = null) => new(Tables(watch), Time);

    public QueueServiceClient Queues(StorageWatch? watch = null)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        Watch(options, watch);
        return new QueueServiceClient(_storage, options);
    }

    public void Dispose() => Sink.Dispose();

    private TableServiceClient Tables(StorageWatch? watch)
    {
        var options = new TableClientOptions();
        Watch(options, watch);
        return new TableServiceClient(_storage, options);
    }

    private static void Watch(ClientOptions options, StorageWatch? watch)
    {
        if (watch is not null)
        {
            options.AddPolicy(watch, HttpPipelinePosition.PerCall);
        }
    }
}

/// <summary>One process of the app, as far as mails go.</summary>
internal sealed class MailProcess
{
    private readonly SendInvoiceEmailFunction _send;
    private readonly GiveUpInvoiceEmailFunction _giveUp;

    public MailProcess(MailWorld world, StorageWatch watch, TimeProvider time)
    {
        Watch = watch;
        var options = Options.Create(new InvoicingOptions { OnUnknownDelivery = world.OnUnknownDelivery, RetryDelays = world.RetryDelays });
        var email = Options.Create(new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = world.Smtp, Port = world.Sink.Port, UseTls = false } });
        var (store, queues, delays) = (world.Store(watch), new InvoiceQueues(world.Queues(watch), new CapabilityStates([], new ConfigurationBuilder().Build())), new RetryDelays(options));
        var ledger = new InvoiceMailLedger(store, time, NullLogger<InvoiceMailLedger>.Instance);
        var failedJobs = world.FailedJobs(watch);
        var outcomes = new InvoiceMailOutcomes(
            store, ledger, queues, delays, failedJobs, options, time, NullLogger<InvoiceMailOutcomes>.Instance);
        _send = new SendInvoiceEmailFunction(store, ledger, outcomes, queues, delays, failedJobs, new Mailer(email, time), email, options, time);
        _giveUp = new GiveUpInvoiceEmailFunction(store, outcomes, queues, new PoisonMessages(failedJobs), time);
    }

    public StorageWatch Watch { get; }

    /// <summary>Delivers a message.</summary>
    public Task SendAsync(InvoiceEmail? message = null, CancellationToken? cancellationToken = null) =>
        _send.RunAsync(message ?? new InvoiceEmail(MailWorld.Month, "cus_1"), cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Delivers a message of the poison queue.</summary>
    public Task GiveUpAsync(InvoiceEmail? message = null) =>
        _giveUp.RunAsync(JsonSerializer.Serialize(message ?? new InvoiceEmail(MailWorld.Month, "cus_1")), TestContext.Current.CancellationToken);

    /// <summary>Delivers a message to a process that may die over it.</summary>
    public Task SendOrDieAsync(InvoiceEmail? message = null) => Task.WhenAny(SendAsync(message), Watch.Frozen);
}
