using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Customers;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays the Functions host for the invoicing in this process: runs activities and delivers messages when a test says so, with storage and an amount API of their own.</summary>
internal sealed class InvoicingJobsDriver : IAsyncDisposable
{
    public const string Month = "2026-03";
    public static readonly DateTimeOffset Ingested = DateTimeOffset.Parse("2026-04-02T05:00:00Z", CultureInfo.InvariantCulture);

    private readonly ServiceProvider _services;
    private readonly QueueServiceClient _queues;
    private readonly TableServiceClient _tables;

    private InvoicingJobsDriver(string storage, AmountSimulator amounts, TimeProvider time, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        Amounts = amounts;
        (_tables, _queues) = (Storage.Tables(storage), Storage.Queues(storage));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(_tables);
        services.AddSingleton(_queues);
        services.AddSingleton<IdempotentRequests>();
        services.AddFailedJobs();
        services.AddEmail();
        services.AddInvoicing();
        services.AddSingleton<CapabilityStates>();
        _services = services.BuildServiceProvider();
    }

    public AmountSimulator Amounts { get; }

    /// <summary>What is sent to storage.</summary>
    public StorageFake Storage { get; } = new();

    public MonthlyInvoiceStore Store => Get<MonthlyInvoiceStore>();

    public MonthlyInvoiceList List => Get<MonthlyInvoiceList>();

    public FailedJobStore FailedJobs => Get<FailedJobStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<InvoicingJobsDriver> StartAsync(
        string storage, AmountSimulatorOptions? amounts = null, TimeProvider? time = null, params (string Name, string Value)[] settings)
    {
        var simulator = await AmountSimulator.StartAsync(amounts ?? new AmountSimulatorOptions(), Token);
        var all = new Dictionary<string, string?> { ["Amounts:BaseUrl"] = simulator.BaseUrl, ["Amounts:RateLimit"] = "1000/1", ["Invoicing:RetryDelays"] = "00:00:01,00:00:01", ["BillingStorage"] = "set", ["Email:From"] = "billing@example.com", ["Email:Smtp:Host"] = "127.0.0.1" };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var driver = new InvoicingJobsDriver(storage, simulator, time ?? TimeProvider.System, all);
        foreach (var table in new[] { MonthlyInvoiceStore.Table, RunTable.Name, FailedJobStore.Table, CustomerStore.Table, SharedRateLimits.Table })
        {
            await driver._tables.CreateTableIfNotExistsAsync(table, Token);
        }

        foreach (var queue in new[] { InvoiceLookup.Queue, InvoiceEmail.Queue })
        {
            await driver._queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: Token);
        }

        driver.Storage.Reset();
        return driver;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Amounts.DisposeAsync();
    }

    public T Get<T>()
        where T : class => _services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Stores customers as an upload does.</summary>
    public Task SeedAsync(IEnumerable<BilledCustomer> customers) => SeedAsync(_tables, customers);

    public static async Task SeedAsync(TableServiceClient tables, IEnumerable<BilledCustomer> customers)
    {
        var table = tables.GetTableClient(CustomerStore.Table);
        foreach (var chunk in customers.GroupBy(customer => TableKey.Bucket(customer.Id)).SelectMany(bucket => bucket.Chunk(100)))
        {
            await table.SubmitTransactionAsync(chunk.Select(customer => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(customer))), Token);
        }
    }

    public static IReadOnlyList<BilledCustomer> Customers(int count, AmountSimulator? amounts = null, DateTimeOffset? ingested = null) =>
        [.. Enumerable.Range(0, count).Select(number => $"cus_{number:D5}").Select(id =>
            new BilledCustomer(id, ingested ?? Ingested, "", $"{id}@example.com", $"Customer {id}", "", amounts?.CurrencyOf(id) ?? ""))];

    /// <summary>Runs the activity page by page, as the orchestration does, without waiting.</summary>
    public async Task<IReadOnlyList<InvoicesAdded>> AddAsync()
    {
        var started = TimeProvider.System.GetUtcNow();
        var pages = new List<InvoicesAdded>();
        do
        {
            pages.Add((await Get<AddInvoicesActivity>().RunAsync(new AddInvoices(Month, started, pages.LastOrDefault()?.After), Token)).Result);
        }
        while (pages[^1] is { More: true, Customers: > 0 });
        return pages;
    }

    public async Task<InvoiceTotals> CountAsync()
    {
        var tally = new InvoiceTally();
        tally.Add(await List.ListAsync(Month, [], after: null, Token).ToListAsync(Token));
        return tally.Sum();
    }

    /// <summary>Looks at the invoices as the timer does.</summary>
    /// <returns>How many were queued again.</returns>
    public Task<int> SweepAsync() => _services.GetServices<ISweeper>().OfType<InvoiceSweeper>().Single().SweepAsync(Token);

    public Task LookUpAsync(string customerId, int attempts = 0) => Get<LookUpAmountFunction>().RunAsync(new InvoiceLookup(Month, customerId, attempts), Token);

    /// <summary>Delivers lookups until none waits, those with a delay included.</summary>
    public Task DeliverLookupsAsync() =>
        DeliverAsync<InvoiceLookup>(InvoiceLookup.Queue, (lookup, token) => Get<LookUpAmountFunction>().RunAsync(lookup, token));

    /// <summary>Delivers mails until none waits.</summary>
    public Task DeliverEmailsAsync() => DeliverAsync<InvoiceEmail>(InvoiceEmail.Queue, (email, token) => Get<SendInvoiceEmailFunction>().RunAsync(email, token));

    private async Task DeliverAsync<T>(string queueName, Func<T, CancellationToken, Task> deliver)
    {
        var queue = _queues.GetQueueClient(queueName);
        await Poll.UntilAsync(
            async () =>
            {
                await Parallel.ForEachAsync((await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Token)).Value, Token, async (message, token) =>
                {
                    await deliver(JsonSerializer.Deserialize<T>(message.Body.ToString())!, token);
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, token);
                });
                return await CountAsync(queueName);
            },
            count => count == 0);
    }

    /// <summary>Takes all messages that can be received.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(string queue)
    {
        var client = _queues.GetQueueClient(queue);
        var taken = new List<string>();
        while ((await client.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Token)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                taken.Add(JsonDocument.Parse(message.Body).RootElement.GetProperty("CustomerId").GetString()!);
                await client.DeleteMessageAsync(message.MessageId, message.PopReceipt, Token);
            }
        }

        return taken;
    }

    public async Task<int> CountAsync(string queue) => (await _queues.GetQueueClient(queue).GetPropertiesAsync(Token)).Value.ApproximateMessagesCount;

    public async Task<MonthlyInvoice> FindAsync(string customerId) => (await Store.FindAsync(Month, customerId, Token))!;

    public async Task PutAsync(params IEnumerable<MonthlyInvoice> invoices)
    {
        foreach (var bucket in invoices.GroupBy(invoice => TableKey.Bucket(invoice.CustomerId)))
        {
            Assert.True(await Store.TryWriteAsync([.. bucket], Token));
        }
    }

    private static TableEntity Row(BilledCustomer customer) => new(TableKey.Bucket(customer.Id), customer.Id)
    {
        [nameof(BilledCustomer.Email)] = customer.Email,
        [nameof(BilledCustomer.Name)] = customer.Name,
        [nameof(BilledCustomer.Currency)] = customer.Currency,
        [nameof(BilledCustomer.TimeZone)] = customer.TimeZone,
        [nameof(BilledCustomer.FirstBillingMonth)] = customer.FirstBillingMonth,
        [nameof(BilledCustomer.LastIngestedAt)] = customer.LastIngestedAt,
    };
}
