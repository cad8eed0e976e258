using System.Globalization;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Requests;
using BillingFunctions.Connectors.Sending;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Queues;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Webhooks.Applying;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>
/// Plays the Functions host for connectors in this process, on a clock that stands still: messages are delivered when the clock reaches them. Stripe and Salesforce are off; the
/// connected systems are ledgers.
/// </summary>
internal sealed class ConnectorsDriver : IAsyncDisposable
{
    public const string IdKey = "billing_customer_id";
    public static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-10-15T12:00:00Z", CultureInfo.InvariantCulture);

    /// <summary>A test that goes on for longer goes on for ever.</summary>
    private const int MaxRounds = 500;

    private readonly ServiceProvider _services;
    private readonly string _account;

    private ConnectorsDriver(string account, ClockFake clock, ConnectorMail mail, IReadOnlyList<LedgerConnectorFake> ledgers, IReadOnlyDictionary<string, string?> settings)
    {
        (_account, Clock, Mail, Ledgers, Settings) = (account, clock, mail, ledgers, settings);
        Storage = new StorageFake(HttpPipelinePosition.PerCall) { Done = mail.ReceiveAsync };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(Storage.Tables(account));
        services.AddSingleton(Storage.Queues(account));
        services.AddSettings<QueueRetries, QueueRetriesValidator>(section: "");
        services.AddStripe();
        services.AddFailedJobs();
        services.AddCustomers();
        services.AddConnectors();
        services.AddSingleton<CapabilityStates>();
        foreach (var ledger in ledgers)
        {
            services.AddQueue(ConnectorSet.QueueNameOf(ledger.Name)).AddSingleton<ICustomerConnector>(ledger);
        }

        _services = services.BuildServiceProvider();
    }

    public ClockFake Clock { get; }

    /// <summary>What is sent to storage.</summary>
    public StorageFake Storage { get; }

    /// <summary>The messages on their way.</summary>
    public ConnectorMail Mail { get; }

    public FakeLogCollector Log { get; } = new();

    public CustomerDirectory Customers => Get<CustomerDirectory>();

    public ConnectorOutbox Outbox => Get<ConnectorOutbox>();

    public FailedJobStore FailedJobs => Get<FailedJobStore>();

    private IReadOnlyList<LedgerConnectorFake> Ledgers { get; }

    private IReadOnlyDictionary<string, string?> Settings { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a process of the app, which is connected to ledgers.</summary>
    /// <param name="account">The connection string of the storage account.</param>
    /// <param name="clock">The clock, which the ledgers have too.</param>
    /// <param name="ledgers">The ledgers.</param>
    /// <param name="settings">Settings of the app.</param>
    public static async Task<ConnectorsDriver> StartAsync(string account, ClockFake clock, IReadOnlyList<LedgerConnectorFake> ledgers, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value);
        all["BillingStorage"] = "set";
        var driver = new ConnectorsDriver(account, clock, new ConnectorMail(clock), ledgers, all);
        foreach (var table in new[] { CustomerStore.Table, CustomerAudit.Table, ConnectorOutbox.Table, ConnectorTaskStore.Table, ConnectorStates.Table, FailedJobStore.Table })
        {
            await driver.Get<TableServiceClient>().CreateTableIfNotExistsAsync(table, Token);
        }

        foreach (var ledger in ledgers)
        {
            await driver.Get<QueueServiceClient>().GetQueueClient(ConnectorSet.QueueNameOf(ledger.Name)).CreateIfNotExistsAsync(cancellationToken: Token);
        }

        return driver;
    }

    /// <summary>Another process of the app on the same storage, clock and ledgers.</summary>
    public ConnectorsDriver StartAnother() => new(_account, Clock, Mail, Ledgers, Settings);

    public T Get<T>()
        where T : class => _services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Has the process die at its n-th call to storage from now on: that one never arrives, and none that follows.</summary>
    public void DieAtCall(int number)
    {
        var count = 0;
        Storage.FaultOf = (_, _) => Interlocked.Increment(ref count) >= number ? StorageFault.FreezeBefore : StorageFault.None;
    }

    /// <summary>Runs something in a process that may die of it.</summary>
    /// <returns>False when the process has died.</returns>
    public async Task<bool> SurvivesAsync(Func<Task> work)
    {
        var working = work();
        if (await Task.WhenAny(working, Storage.Frozen) != working)
        {
            return false;
        }

        await working;
        return true;
    }

    /// <summary>A request to create a customer.</summary>
    /// <returns>The task; null when it is refused.</returns>
    public Task<ConnectorTask?> CreateAsync(string id, object body) => Get<RequestCustomer>().CreateAsync(id, Body(body, isNew: true), Token);

    /// <summary>A request to change a customer.</summary>
    /// <returns>The task; null when it is refused.</returns>
    public Task<ConnectorTask?> UpdateAsync(string id, object body) => Get<RequestCustomer>().UpdateAsync(id, Body(body, isNew: false), Token);

    /// <summary>A request to delete a customer.</summary>
    /// <returns>The task; null when it is refused.</returns>
    public Task<ConnectorTask?> DeleteAsync(string id) => Get<RequestCustomer>().DeleteAsync(id, Token);

    /// <summary>A task as the API shows it.</summary>
    public async Task<JsonElement> TaskAsync(ConnectorTask? task)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        await (await Get<GetTaskFunction>().RunAsync(context.Request, task!.Id, Token)).ExecuteAsync(context);
        return JsonSerializer.Deserialize<JsonElement>(body.ToArray());
    }

    /// <summary>The status of a task.</summary>
    public async Task<string?> StatusAsync(ConnectorTask? task) => (await TaskAsync(task)).GetProperty("status").GetString();

    /// <summary>Tells the app of an account as it is now.</summary>
    public async Task HearAsync(LedgerConnectorFake ledger, string accountId)
    {
        foreach (var snapshot in await ledger.ReadAsync([accountId], Token))
        {
            await Customers.HearAsync(snapshot, Token);
        }
    }

    /// <summary>Tells the app of an event of Stripe.</summary>
    public Task TellAsync(StripeEvent told) => _services.GetServices<IStripeEventHandler>().OfType<CustomerEventHandler>().Single().ApplyAsync(told.Object.Text("id")!, [told], Token);

    /// <summary>Has a customer be known from an uploaded file.</summary>
    public Task UploadAsync(UploadedCustomer row) => Get<UploadedCustomerWriter>().WriteAsync([row], new IngestStamp(Clock.GetUtcNow(), "upl_1"), Token);

    public Task DeliverAsync(ConnectorMessage message) => Get<ConnectorSender>().RunAsync(message.Connector, message.Due, Token);

    /// <summary>Has the sweeper look, as it does every minute.</summary>
    public Task<int> SweepAsync() => Get<OutboxSweeper>().SweepAsync(Token);

    /// <summary>Delivers the messages that are due, at once.</summary>
    /// <returns>False when there were none.</returns>
    public async Task<bool> DeliverDueAsync()
    {
        var due = Mail.Take();
        await Task.WhenAll(due.Select(DeliverAsync));
        return due.Count > 0;
    }

    /// <summary>Delivers messages as they arrive, and moves the clock in between, until none is left.</summary>
    /// <param name="until">The time to end at, even if some are; a year by default.</param>
    public async Task PlayAsync(TimeSpan? until = null)
    {
        var end = Clock.GetUtcNow() + (until ?? TimeSpan.FromDays(365));
        for (var round = 0; Mail.Waiting is [var next, ..] && next.At <= end; round++)
        {
            Assert.True(round < MaxRounds, "Messages follow each other without an end.");
            if (next.At > Clock.GetUtcNow())
            {
                Clock.Advance(next.At - Clock.GetUtcNow());
            }

            await DeliverDueAsync();
        }
    }

    /// <summary>What a process does that comes after another one has died: nothing comes of the messages that the dead one held, and the sweeper finds what they were about.</summary>
    public async Task RecoverAsync()
    {
        Mail.Lose();
        Clock.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync();
        await PlayAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static CustomerBody Body(object body, bool isNew)
    {
        var read = CustomerBody.Read(JsonSerializer.SerializeToUtf8Bytes(body), isNew, IdKey);
        Assert.False(read.Errors.Any);
        return read;
    }
}
