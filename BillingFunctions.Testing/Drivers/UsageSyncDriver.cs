using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>
/// Plays the Functions host for usage billing in this process, on a clock that stands still: an organization is synced when its head says that its message arrives,
/// and the clock goes on to the next such moment.
/// </summary>
internal sealed class UsageSyncDriver : IAsyncDisposable
{
    public const string Period = "2026-10";
    public static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-10-15T12:00:00Z", CultureInfo.InvariantCulture);

    private readonly ServiceProvider _services;
    private readonly TableServiceClient _tables;
    private readonly QueueServiceClient _queues;
    private bool _isFirst;

    private UsageSyncDriver(string storage, StripeSimulator stripe, ClockFake clock, StorageFake fake, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        (Stripe, Clock, Storage) = (stripe, clock, fake);
        (_tables, _queues) = (Storage.Tables(storage), Storage.Queues(storage));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(_tables);
        services.AddSingleton(_queues);
        services.AddStripe();
        services.AddFailedJobs();
        services.AddUsageBilling();
        services.AddSingleton<CapabilityStates>();
        _services = services.BuildServiceProvider();
    }

    public StripeSimulator Stripe { get; }

    public ClockFake Clock { get; }

    /// <summary>What is sent to storage.</summary>
    public StorageFake Storage { get; }

    /// <summary>What the app has logged.</summary>
    public FakeLogCollector Log { get; } = new();

    public UsageLedger Ledger => Get<UsageLedger>();

    public FailedJobStore FailedJobs => Get<FailedJobStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it with a simulator of its own, whose limit is that of the app.</summary>
    public static async Task<UsageSyncDriver> StartAsync(string storage, string limit = "95/60", StorageFake? fake = null, params (string Name, string Value)[] settings)
    {
        // Waits for permits pass at once; Stripe's five seconds to answer do not.
        var clock = new ClockFake(Start) { SkippedDelays = TimeSpan.FromSeconds(3) };
        var kept = RateLimit.TryParse(limit, out var parsed) ? parsed : throw new ArgumentException($"Not a limit: {limit}", nameof(limit));
        var stripe = await StripeFake.StartAsync(time: clock, change: options => options with { AccountLimit = new(kept.Permits, kept.Window) });
        var driver = await AttachAsync(storage, stripe, clock, fake ?? new StorageFake(), [("Stripe:RateLimit", limit), .. settings]);
        driver._isFirst = true;
        return driver;
    }

    /// <summary>Another process of the app on the same storage, simulator and clock.</summary>
    public static async Task<UsageSyncDriver> AttachAsync(string storage, StripeSimulator stripe, ClockFake clock, StorageFake fake, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["BillingStorage"] = "set", ["Stripe:ApiKey"] = "sk_test_usage", ["Stripe:ApiBase"] = stripe.BaseUrl, ["Stripe:EndpointRateLimit"] = "1000/1" };
        foreach (var (name, value) in settings)
        {
            all[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        var driver = new UsageSyncDriver(storage, stripe, clock, fake, all);
        foreach (var table in new[] { OrganizationStore.Table, UsageLedger.Table, PendingOrganizations.Table, InvoiceCalendar.Table, ShadowCalls.Table, ShadowActions.Table, FailedJobStore.Table, SharedRateLimits.Table })
        {
            await driver._tables.CreateTableIfNotExistsAsync(table, Token);
        }

        foreach (var queue in new[] { OrganizationDue.ItemsQueue, OrganizationDue.GroupsQueue })
        {
            await driver._queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: Token);
        }

        fake.Reset();
        return driver;
    }

    public T Get<T>()
        where T : class => _services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Adds an organization and an invoice of it.</summary>
    /// <returns>The invoice's id.</returns>
    public async Task<InvoiceId> AddInvoiceAsync(string name = "Acme", string currency = "usd", string period = Period)
    {
        var (now, id) = (Clock.GetUtcNow(), OrganizationId.New(Clock.GetUtcNow()));
        await Get<ChangeOrganizations>().AddAsync(new Organization { Id = id, Name = name, Email = "billing@example.com", CreatedAt = now, UpdatedAt = now }, Token);
        var invoice = new InvoiceId(id, UsageKey.New(now));
        await Get<ChangeInvoices>().AddAsync(invoice, new InvoiceFields(id, period, currency, null, null, IsVoid: false), Token);
        return invoice;
    }

    /// <summary>Adds items at the same time, of 1, 2, 3 and so on minor units.</summary>
    public async Task<IReadOnlyList<ItemId>> AddItemsAsync(InvoiceId invoice, int count)
    {
        var line = new InvoiceLine(0, "Usage", "api", 1, Clock.GetUtcNow());
        var outcomes = await Task.WhenAll(Enumerable.Range(1, count).Select(amount =>
            Get<AddItems>().AddAsync(new NewItem(UsageKey.New(Clock.GetUtcNow()), new ItemFields(invoice, line with { Amount = amount }, null), MayExist: false))));
        return [.. outcomes.Select(outcome => ItemRow.Read(outcome.Row!).ItemId)];
    }

    public async Task<UsageItem> ItemAsync(ItemId id) => ItemRow.Read((await Ledger.FindAsync(id.Invoice.OrganizationId, UsageKeys.Of(id), Token))!);

    public async Task<UsageInvoice> InvoiceAsync(InvoiceId id) => (await Ledger.FindAsync(id.OrganizationId, UsageKeys.Of(id), Token))!.Read<UsageInvoice>();

    public Task<OrganizationHead> HeadAsync(InvoiceId invoice) => Ledger.FindHeadAsync(invoice.OrganizationId, Token);

    /// <summary>Delivers one organization's message, whenever it would arrive.</summary>
    public Task DeliverAsync(string organizationId, string? retry = null) =>
        Get<SyncOrganizationFunctions>().RunItemsAsync(new OrganizationDue(organizationId, retry), Token);

    /// <summary>Retries a failed job: delivers the message that it holds.</summary>
    public async Task RetryAsync(FailedJob job)
    {
        await Get<FailedJobRetry>().RetryAsync(job.Id, Token);
        var due = JsonSerializer.Deserialize<OrganizationDue>(job.Payload!, JsonSerializerOptions.Web)!;
        await DeliverAsync(due.OrganizationId, due.Retry);
    }

    /// <summary>Delivers messages as they arrive, and moves the clock in between, until nothing is left to send.</summary>
    /// <param name="each">Told after each round.</param>
    public async Task PlayAsync(Func<Task>? each = null)
    {
        while (await NextWakeAsync() is { } next)
        {
            if (next.At > Clock.GetUtcNow())
            {
                Clock.Advance(next.At - Clock.GetUtcNow());
            }

            await Task.WhenAll(next.Organizations.Select(id => DeliverAsync(id)));
            await (each?.Invoke() ?? Task.CompletedTask);
        }
    }

    /// <summary>The lines of all invoices at Stripe that carry the id of an item, by that.</summary>
    public ILookup<string, InvoiceLineRecord> LinesAtStripe() =>
        Stripe.Invoices.All.SelectMany(invoice => invoice.Lines).Where(line => line.Metadata.ContainsKey("billing_item_id")).ToLookup(line => line.Metadata["billing_item_id"]);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_isFirst)
        {
            await Stripe.DisposeAsync();
        }
    }

    /// <summary>The organizations whose messages arrive next, and when.</summary>
    private async Task<(DateTimeOffset At, IReadOnlyList<string> Organizations)?> NextWakeAsync()
    {
        var waiting = new List<(string Id, DateTimeOffset At)>();
        await foreach (var id in Get<PendingOrganizations>().ListAsync(after: null, Token))
        {
            var head = await Ledger.FindHeadAsync(id, Token);
            waiting.Add((id, head.WakeAt ?? throw new InvalidOperationException($"Nobody wakes {id}: {head}")));
        }

        if (waiting.Count == 0)
        {
            return null;
        }

        var first = waiting.Min(one => one.At);
        var due = first > Clock.GetUtcNow() ? first : Clock.GetUtcNow();
        return (first, [.. waiting.Where(one => one.At <= due).Select(one => one.Id)]);
    }
}
