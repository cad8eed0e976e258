using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Salesforce.Messages;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Connectors;

/// <summary>
/// Customers created by requests, with faults and kills, until Stripe, Salesforce and the store have each of them once; then changes made at Stripe on their way to Salesforce;
/// then what Stripe's connector does while Salesforce is paused, and while it is down.
/// </summary>
internal sealed class CustomerSyncBenchmark(FigureReport figures, StripeSimulator stripe, SalesforceSimulator salesforce, BillingApp app)
{
    private const string WebhookSecret = "whsec_benchmark";
    private const string NoticeSecret = "notice";
    private const string Type = "Account";
    private const string IdField = "Billing_Customer_Id__c";
    private const string IdKey = "billing_customer_id";
    private const int Senders = 16;
    private const int CallsPerSecond = 20;
    private const int Changes = 500;
    private const int ThroughputSample = 600;

    private WebhookEndpoint? _endpoint;
    private long _worker;
    private long _host;

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">How many customers, and the share of calls that fail.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 5_000;
        var faults = options.Length > 1 ? double.Parse(options[1], CultureInfo.InvariantCulture) : 0.1;
        figures.Note("customers", customers);
        figures.Note("share of faults", faults);
        figures.Note("kills", 2);
        var limit = new RateLimit(CallsPerSecond, TimeSpan.FromSeconds(1));

        // In memory each message leaves something that the emulator takes away once a minute, one by one: with some thousands it answers nothing for 8 to 20 s.
        await using var storage = await StorageEmulator.StartAsync(inMemory: false);
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = limit, EndpointLimit = limit }, CancellationToken.None);
        await using var salesforce = await SalesforceSimulator.StartAsync(new SalesforceSimulatorOptions(), CancellationToken.None);
        await using var app = await BillingApp.StartAsync(
            storage.NewAccount(),
            stripe,
            ("Stripe__RateLimit", "20/1"),
            ("Stripe__EndpointRateLimit", "20/1"),
            ("Stripe__WebhookSecrets", WebhookSecret),
            ("Salesforce__InstanceUrl", salesforce.BaseUrl),
            ("Salesforce__ClientId", "3MVG9_simulator"),
            ("Salesforce__ClientSecret", "simulator"),
            ("Salesforce__OrganizationId", salesforce.OrganizationId),
            ("Salesforce__NoticeSecret", NoticeSecret),
            ("Salesforce__Fields__stripe_customer_id", ""));
        var benchmark = new CustomerSyncBenchmark(figures, stripe, salesforce, app);
        var isRight = await benchmark.CreateAsync(customers, faults);
        isRight &= await benchmark.ChangeAsync();
        await benchmark.CompareThroughputAsync();
        return isRight ? 0 : 1;
    }

    /// <summary>Creates customers while calls fail, webhooks come twice and out of order, and the host is killed twice.</summary>
    private async Task<bool> CreateAsync(int customers, double faults)
    {
        (stripe.Faults.ServerErrorRate, stripe.Faults.CutAfterRate, stripe.Faults.CutBeforeRate) = (faults / 2, faults / 4, faults / 4);
        (salesforce.Faults.ServerUnavailableRate, salesforce.Faults.CutAfterRate, salesforce.Faults.Records.LockedRowRate) = (faults / 2, faults / 4, faults / 4);
        (stripe.Webhooks.Disorder.DuplicateRate, stripe.Webhooks.Disorder.ReorderRate) = (0.2, 0.2);
        ListenForWebhooks();
        var clock = Stopwatch.StartNew();
        var (sending, kills) = (SendAsync("c", customers), new[] { customers / 4, customers / 2 });
        foreach (var at in kills)
        {
            await Poll.UntilAsync(() => Task.FromResult(stripe.CustomerCount), count => count >= at, timeout: TimeSpan.MaxValue);
            await RestartAsync();
        }

        await sending;
        var accepted = clock.Elapsed;
        await Poll.UntilAsync(() => Task.FromResult(stripe.CustomerCount), count => count >= customers, timeout: TimeSpan.FromMinutes(30), every: TimeSpan.FromSeconds(1));
        var atStripe = clock.Elapsed;
        await SettledAsync();
        var took = clock.Elapsed;
        Heal();
        var (atLimit, calls) = (customers / (double)CallsPerSecond, stripe.Calls.Total);
        figures.Add("create, accepted in", accepted.TotalSeconds, "s");
        figures.Add(
            "create, at Stripe after", atStripe.TotalSeconds, "s",
            new Yardstick(atLimit, "s that the limit takes for a call each"), new Yardstick(calls / (double)CallsPerSecond, "s that it takes for all calls, with those that failed", Bound.AtMost(1.2)));
        figures.Add("create, settled after", took.TotalSeconds, "s");
        figures.Add("create, calls to Stripe", calls, "calls");
        figures.Add("create, answers 429", stripe.Calls.RateLimited.Values.Sum(), "answers");
        figures.Add("create, upserts to Salesforce", salesforce.Calls.Count("composite"), "calls");
        figures.Add("create, records in the upserts", salesforce.Calls.Records("composite"), "records");
        figures.Add("create, memory of the worker, most", _worker >> 20, "MiB");
        figures.Add("create, memory of the host, most", _host >> 20, "MiB");
        return await VerifyAsync(customers);
    }

    /// <summary>Whether each customer is there once, with the same content, in Stripe, Salesforce and the store.</summary>
    private async Task<bool> VerifyAsync(int customers)
    {
        var inStripe = stripe.Customers.Made.Where(customer => customer.Metadata.ContainsKey(IdKey)).ToLookup(customer => customer.Metadata[IdKey]);
        var inSalesforce = salesforce.Records.All(Type).ToLookup(record => record[IdField] as string ?? "");
        var wrong = 0;
        await Parallel.ForAsync(0, customers, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (number, token) =>
        {
            var id = Id("c", number);
            var stored = await app.Http.GetFromJsonAsync<JsonElement>($"api/customers/{id}", token);
            var isRight = inStripe[id].ToList() is [var atStripe]
                && inSalesforce[id].ToList() is [var atSalesforce]
                && stored.GetProperty("stripe_id").GetString() == atStripe.Id
                && atStripe.Email == EmailOf(id) && Equals(atSalesforce["Email__c"], EmailOf(id)) && stored.GetProperty("email").GetString() == EmailOf(id);
            Interlocked.Add(ref wrong, isRight ? 0 : 1);
        });
        figures.Add("create, at Stripe", stripe.CustomerCount, "customers", new Yardstick(customers, "customers"));
        figures.Add("create, in Salesforce", salesforce.Records.Count(Type), "records", new Yardstick(customers, "customers"));
        figures.Add("create, not once everywhere with the same content", wrong, "customers", Bound.AtMost(0), new Yardstick(customers, "customers"));
        return wrong == 0 && stripe.CustomerCount == customers && salesforce.Records.Count(Type) == customers;
    }

    /// <summary>Changes customers at Stripe, and measures when Salesforce has it.</summary>
    private async Task<bool> ChangeAsync()
    {
        salesforce.Messages.Add(new OutboundEndpoint(new Uri(app.Http.BaseAddress!, "api/webhooks/salesforce")));
        await SettledAsync();
        var (chosen, stripeCalls, upserts) = (stripe.Customers.Made.Take(Changes).ToList(), Writes(stripe), salesforce.Calls.Count("composite"));
        var (milliseconds, clock) = (new List<double>(), Stopwatch.StartNew());
        var open = new Dictionary<string, (string Email, TimeSpan At)>();
        foreach (var batch in chosen.Chunk(10))
        {
            foreach (var customer in batch)
            {
                var email = $"changed.{customer.Metadata[IdKey]}@example.com";
                open[customer.Metadata[IdKey]] = (email, clock.Elapsed);
                stripe.Customers.Update(customer.Id, email: email);
            }

            await CollectAsync();
        }

        await Poll.UntilAsync(async () => { await CollectAsync(); return open.Count; }, left => left == 0, timeout: TimeSpan.FromMinutes(2), every: TimeSpan.FromMilliseconds(100));
        await salesforce.Messages.WhenDeliveredAsync(CancellationToken.None);
        await SettledAsync();
        milliseconds.Sort();
        var p95 = milliseconds[(int)(milliseconds.Count * 0.95)];
        figures.Add("change, changes at Stripe", Changes, "changes");
        figures.Add("change, in Salesforce after, p50", milliseconds[milliseconds.Count / 2], "ms");
        figures.Add("change, in Salesforce after, p95", p95, "ms", Bound.Below(10_000));
        figures.Add("change, upserts to Salesforce", salesforce.Calls.Count("composite") - upserts, "calls");
        figures.Add("change, writes back to Stripe", Writes(stripe) - stripeCalls, "calls", Bound.AtMost(0));
        return p95 < 10_000 && Writes(stripe) == stripeCalls;

        async Task CollectAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            foreach (var (id, (email, at)) in open.ToList().Where(change => salesforce.Records.FindBy(Type, IdField, change.Key).Any(record => Equals(record["Email__c"], change.Value.Email))))
            {
                milliseconds.Add((clock.Elapsed - at).TotalMilliseconds);
                open.Remove(id);
            }
        }
    }

    /// <summary>How many customers a second Stripe gets with Salesforce, without it, and with it down; with it before and after, since a machine has better and worse minutes.</summary>
    private async Task CompareThroughputAsync()
    {
        var before = await ThroughputAsync("before");
        await app.Http.PostAsync("api/connectors/salesforce/pause", content: null);
        var paused = await ThroughputAsync("paused");
        salesforce.Faults.ServerUnavailableRate = 1;
        await app.Http.PostAsync("api/connectors/salesforce/resume", content: null);
        var down = await ThroughputAsync("down");
        salesforce.Faults.ServerUnavailableRate = 0;
        await SettledAsync();
        var after = await ThroughputAsync("after");
        await SettledAsync();
        var withSalesforce = new Yardstick((before + after) / 2, "customers/s with Salesforce, the mean of both", Bound.AtLeast(0.95));
        figures.Add("to Stripe with Salesforce, before", before, "customers/s");
        figures.Add("to Stripe with Salesforce paused", paused, "customers/s", withSalesforce);
        figures.Add("to Stripe with Salesforce answering 503", down, "customers/s", withSalesforce);
        figures.Add("to Stripe with Salesforce, after", after, "customers/s");
    }

    /// <summary>Begins when Stripe's connector has nothing left to do of what was before.</summary>
    private async Task<double> ThroughputAsync(string prefix)
    {
        await SettledAsync("stripe");
        var (before, clock) = (stripe.CustomerCount, Stopwatch.StartNew());
        await SendAsync(prefix, ThroughputSample);
        await Poll.UntilAsync(() => Task.FromResult(stripe.CustomerCount), count => count == before + ThroughputSample, timeout: TimeSpan.FromMinutes(10));
        return ThroughputSample / clock.Elapsed.TotalSeconds;
    }

    private Task SendAsync(string prefix, int count) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (number, token) =>
    {
        var id = Id(prefix, number);

        // As a client does: repeated until it is answered, also while the host is down.
        while (!await TrySendAsync(new { id, email = EmailOf(id), name = $"Customer {number}" }, token))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, token);
        }
    });

    private async Task<bool> TrySendAsync(object body, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await app.Http.PostAsync("api/customers", JsonContent.Create(body), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception down) when (down is HttpRequestException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task RestartAsync()
    {
        Measure();
        await app.KillAsync();
        await app.StartAsync();
        ListenForWebhooks();
    }

    private void ListenForWebhooks()
    {
        if (_endpoint is not null)
        {
            stripe.Webhooks.Remove(_endpoint);
        }

        _endpoint = new WebhookEndpoint(new Uri(app.Http.BaseAddress!, "api/webhooks/stripe"), WebhookSecret);
        stripe.Webhooks.Add(_endpoint);
    }

    /// <summary>Until a connector is no longer behind; until none is when left out.</summary>
    private Task<int> SettledAsync(string? only = null) => Poll.UntilAsync(
        async () =>
        {
            Measure();
            var connectors = await app.Http.GetFromJsonAsync<JsonElement>("api/connectors");
            return connectors.GetProperty("data").EnumerateArray()
                .Where(connector => only is null || connector.GetProperty("name").GetString() == only)
                .Sum(connector => connector.GetProperty("pending").GetInt32());
        },
        pending => pending == 0,
        timeout: TimeSpan.FromMinutes(30),
        every: TimeSpan.FromSeconds(2));

    private void Measure()
    {
        using var host = Process.GetProcessById(app.Host.Id);
        _host = Math.Max(_host, host.WorkingSet64);
        if (app.Host.WorkerId is { } id)
        {
            using var worker = Process.GetProcessById(id);
            _worker = Math.Max(_worker, worker.WorkingSet64);
        }
    }

    private void Heal()
    {
        (stripe.Faults.ServerErrorRate, stripe.Faults.CutAfterRate, stripe.Faults.CutBeforeRate) = (0, 0, 0);
        (salesforce.Faults.ServerUnavailableRate, salesforce.Faults.CutAfterRate, salesforce.Faults.Records.LockedRowRate) = (0, 0, 0);
    }

    private static int Writes(StripeSimulator stripe) => stripe.Calls.ByEndpoint.Where(call => !call.Key.StartsWith("GET", StringComparison.Ordinal)).Sum(call => call.Value);

    private static string Id(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:d6}");

    private static string EmailOf(string id) => $"{id}@example.com";
}
