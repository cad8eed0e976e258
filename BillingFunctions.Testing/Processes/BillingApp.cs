using BillingFunctions.Simulators.Stripe;

namespace BillingFunctions.Testing.Processes;

/// <summary>The app behind the local host, reached over HTTP; it can be killed and started again.</summary>
internal sealed class BillingApp : IAsyncDisposable
{
    /// <summary>A thousand rows in transactions take the emulator half a minute, and longer beside other tests.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(4);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TemporaryFolder _root = new();

    private BillingApp(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    /// <summary>Settings of an app whose tests wait for messages to fail for good: with host.json's own that takes half a minute.</summary>
    public static (string Name, string Value)[] ImpatientQueues { get; } =
    [
        ("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:01"),
        ("AzureFunctionsJobHost__extensions__queues__maxPollingInterval", "00:00:00.5"),
    ];

    /// <summary>A client of the running process; a new one after each start.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>The process; none for an app that somebody else has started.</summary>
    public LocalHostProcess Host { get; private set; } = null!;

    /// <summary>Everything the process has written since its last start.</summary>
    public string Output => Host?.Output ?? "";

    /// <summary>Starts the app against a storage account and a simulator, with <paramref name="settings"/> as environment variables on top.</summary>
    public static async Task<BillingApp> StartAsync(string storage, StripeSimulator stripe, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage,
            ["Stripe__ApiKey"] = "sk_test_billing_functions",
            ["Stripe__ApiBase"] = stripe.BaseUrl,
            ["Stripe__RateLimit"] = "1000/1",
            ["Stripe__EndpointRateLimit"] = "1000/1",
            ["Amounts__BaseUrl"] = "http://127.0.0.1:9",
            ["Email__From"] = "billing@example.com",
            ["Email__Smtp__Host"] = "127.0.0.1",
            ["Email__Smtp__Port"] = "9",
            ["Email__Smtp__UseTls"] = "false",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var app = new BillingApp(environment);
        await app.StartAsync();
        return app;
    }

    /// <summary>An app that runs already.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="key">The function key to send, if the app demands one.</param>
    /// <param name="handler">How it is called, if not simply once.</param>
    public static BillingApp Connect(Uri address, string? key, HttpMessageHandler? handler = null)
    {
        var app = new BillingApp(new Dictionary<string, string>()) { Http = new HttpClient(handler ?? new SocketsHttpHandler()) { BaseAddress = address, Timeout = handler is null ? RequestTimeout : Timeout.InfiniteTimeSpan } };
        app.Http.DefaultRequestHeaders.Add("x-functions-key", key ?? "");
        return app;
    }

    public async Task StartAsync()
    {
        Host = LocalHostProcess.Start(_root.Path, _settings, "--no-demo", "--port", "0");
        Http = new HttpClient { BaseAddress = await Host.ListeningAsync(), Timeout = RequestTimeout };
    }

    /// <summary>SIGKILL for the host: no finally, no flush, no goodbye. Its worker ends with it.</summary>
    public async Task KillAsync()
    {
        await Host.KillAsync();
        Http.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        Http.Dispose();
        _root.Dispose();
    }
}
