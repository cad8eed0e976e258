using BillingFunctions.LocalHost.Client;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Simulators.Webhooks;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Faults;

/// <summary>The app with all that it talks to, and something that spoils calls on each way: from its callers, to storage, Stripe, Salesforce, the amount API and the mail server.</summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    private const int CallsPerSecond = 40;

    private const string WebhookSecret = "whsec_faults";

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<BillingApp> _hosts = [];
    private readonly HashSet<BillingApp> _down = [];
    private readonly FaultPlan _plan;
    private readonly TemporaryFolder _folder = new();
    private TcpProxy _mails = null!;
    private int _nextHost;

    private FaultWorld(FaultPlan plan)
    {
        _plan = plan;
        Ways = new[] { "callers", "storage", "stripe", "salesforce", "amounts", "mail" }
            .Index().ToDictionary(way => way.Item, way => new Chaos((plan.Seed * 10) + way.Index), StringComparer.Ordinal);
    }

    /// <summary>How many customers Stripe has from the start.</summary>
    public int StripeCustomers => 400 * _plan.Size;

    /// <summary>What goes wrong on each way.</summary>
    public IReadOnlyDictionary<string, Chaos> Ways { get; }

    public StorageEmulator Storage { get; private set; } = null!;

    public StripeSimulator Stripe { get; private set; } = null!;

    public SalesforceSimulator Salesforce { get; private set; } = null!;

    public AmountSimulator Amounts { get; private set; } = null!;

    public SmtpFake Mails { get; private set; } = null!;

    /// <summary>The app as its callers have it: at one address, whichever host answers, and asked again until it does.</summary>
    public BillingApp App { get; private set; } = null!;

    /// <summary>The same, with typed answers.</summary>
    public ApiClient Api { get; private set; } = null!;

    public IReadOnlyList<BillingApp> Hosts => _hosts;

    public string ClockFile => Path.Combine(_folder.Path, "clock");

    /// <summary>How often a host did not come up at its first start after a kill.</summary>
    public int FailedStarts { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FaultWorld> StartAsync(FaultPlan plan)
    {
        var world = new FaultWorld(plan);
        try
        {
            await world.StartAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL for the worker alone; its host starts another one.</summary>
    public static void KillWorker(BillingApp host)
    {
        if (host.Host.WorkerId is { } worker)
        {
            LocalHostProcess.Kill(worker);
        }
    }

    /// <summary>SIGKILL for a host and its worker, and a new start.</summary>
    public async Task KillAsync(BillingApp host)
    {
        _down.Add(host);
        await host.KillAsync();
        while (!await TryStartAsync(host))
        {
            FailedStarts++;
        }

        _down.Remove(host);
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal()
    {
        foreach (var way in Ways.Values)
        {
            (way.Rate, way.IsOut) = (0, false);
        }

        MovedClock.Move(ClockFile, TimeSpan.Zero);
        (Stripe.Webhooks.Disorder.DuplicateRate, Stripe.Webhooks.Disorder.ReorderRate, Stripe.Webhooks.Disorder.DropRate) = (0, 0, 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.AsEnumerable().Reverse())
        {
            await part.DisposeAsync();
        }

        Api?.Dispose();
        _mails?.Dispose();
        Mails?.Dispose();
        _folder.Dispose();
    }

    /// <summary>What the processes have written, for the report of a failure.</summary>
    public string Output => string.Join("\n", _hosts.Select(host => host.Output));

    private static async Task<bool> TryStartAsync(BillingApp host)
    {
        try
        {
            await host.StartAsync();
            return true;
        }
        catch (Exception failed) when (failed is InvalidOperationException or TimeoutException)
        {
            // Storage out of reach, or an answer of it lost. The platform would start the host again too.
            return false;
        }
    }

    private async Task StartAsync()
    {
        Storage = Added(await StorageEmulator.StartAsync(inMemory: !_plan.RestartsStorage, Token));
        var limit = new RateLimit(CallsPerSecond, TimeSpan.FromSeconds(1));
        Stripe = Added(await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { AccountLimit = limit, EndpointLimit = null, Customers = new CustomerSeedOptions { Count = StripeCustomers }, WebhookSeed = _plan.Seed }, Token));
        Salesforce = Added(await SalesforceSimulator.StartAsync(new SalesforceSimulatorOptions(), Token));
        Amounts = Added(await AmountSimulator.StartAsync(new AmountSimulatorOptions { Currencies = ["usd", "jpy", "kwd"], ZeroRate = 0.03, NullRate = 0.03, MissingRate = 0.02 }, Token));
        Mails = new SmtpFake();
        _mails = new TcpProxy(Mails.Port, Ways["mail"]);
        var settings = await SettingsAsync();
        var account = await AccountAsync();
        for (var host = 0; host < _plan.Hosts; host++)
        {
            _hosts.Add(Added(await BillingApp.StartAsync(account, Stripe, settings)));
        }

        var front = await ProxyAsync("callers", () => NextHost().Http.BaseAddress!);
        App = Added(BillingApp.Connect(front.Address, key: null, PatientHttp.Handler()));
        Api = new ApiClient(App.Http, TimeProvider.System);
        Stripe.Webhooks.Retries = new WebhookRetries { MostAttempts = 1_000, FirstDelay = TimeSpan.FromSeconds(1), Factor = 1.5, LongestDelay = TimeSpan.FromSeconds(5) };
        Stripe.Webhooks.Add(new WebhookEndpoint(new Uri(front.Address, "api/webhooks/stripe"), WebhookSecret));
    }

    private async Task<(string Name, string Value)[]> SettingsAsync() =>
    [
        ("Stripe__ApiBase", await AddressAsync("stripe", () => Stripe.BaseUrl)),
        (QuickStart.PartitionCount, "4"),
        ("Stripe__RateLimit", $"{CallsPerSecond}/1"),
        ("Stripe__EndpointRateLimit", $"{CallsPerSecond}/1"),
        ("Stripe__WebhookSecrets", WebhookSecret),
        ("Salesforce__InstanceUrl", await AddressAsync("salesforce", () => Salesforce.BaseUrl)),
        ("Salesforce__ClientId", "3MVG9_simulator"),
        ("Salesforce__ClientSecret", "simulator"),
        ("Salesforce__OrganizationId", Salesforce.OrganizationId),
        ("Salesforce__NoticeSecret", "notice"),
        ("Salesforce__Fields__stripe_customer_id", ""),
        ("Amounts__BaseUrl", await AddressAsync("amounts", () => Amounts.BaseUrl)),
        ("Amounts__RateLimit", "100/1"),
        ("Email__Smtp__Port", $"{_mails.Port}"),
        ("Invoicing__RetryDelays", "00:00:01,00:00:02,00:00:04,00:00:08,00:00:15"),
        ("Sync__Finalize", "finalize"),
        .. _plan.MovesClock ? [("DOTNET_STARTUP_HOOKS", typeof(MovedClock).Assembly.Location), (MovedClock.Variable, ClockFile)] : Array.Empty<(string, string)>(),
    ];

    private async Task<string> AccountAsync() => Storage.NewAccount()
        .Replace(Storage.BlobAddress, await AddressAsync("storage", () => Storage.BlobAddress), StringComparison.Ordinal)
        .Replace(Storage.QueueAddress, await AddressAsync("storage", () => Storage.QueueAddress), StringComparison.Ordinal)
        .Replace(Storage.TableAddress, await AddressAsync("storage", () => Storage.TableAddress), StringComparison.Ordinal);

    /// <summary>A host that is up, each in turn.</summary>
    private BillingApp NextHost()
    {
        var up = _hosts.Except(_down).ToList();
        return up.Count > 0 ? up[Interlocked.Increment(ref _nextHost) % up.Count] : throw new HttpRequestException("No host is up.");
    }

    private async Task<string> AddressAsync(string way, Func<string> service) => (await ProxyAsync(way, () => new Uri(service()))).BaseUrl;

    private async Task<HttpProxy> ProxyAsync(string way, Func<Uri> service) => Added(await HttpProxy.StartAsync(service, Ways[way]));

    private T Added<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
