using System.Collections.Concurrent;
using BillingFunctions.Simulators.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Amounts;

/// <summary>An amount API that runs in this process and speaks HTTP on 127.0.0.1: <c>GET /customers/{id}/amount-due/{yyyy}/{MM}</c>.</summary>
public sealed class AmountSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SeededAmounts _amounts;
    private readonly AmountEndpoint _endpoint;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, FixedAnswer> _fixed = new(StringComparer.Ordinal);

    private AmountSimulator(WebApplication app, AmountSimulatorOptions options)
    {
        _app = app;
        _amounts = new SeededAmounts(options);
        Faults = new AmountFaults(options.FaultSeed);
        Calls = new CallLog(options.RecordedCalls, options.Time);
        _endpoint = new AmountEndpoint(_amounts, _fixed, Faults, Calls, options.Time, _stopping.Token);
        app.MapGet(AmountEndpoint.Route, (RequestDelegate)_endpoint.RunAsync);
    }

    /// <summary>What belongs into <c>Amounts__BaseUrl</c>, without a slash at the end.</summary>
    public string BaseUrl => _app.Urls.First();

    /// <summary>What goes wrong, which may be changed at any time.</summary>
    public AmountFaults Faults { get; }

    /// <summary>What was called, when, and how it ended.</summary>
    public CallLog Calls { get; }

    /// <summary>How many calls asked for this customer.</summary>
    public int CallsFor(string customerId) => _endpoint.CallsFor(customerId);

    /// <summary>What a customer owes for a month, fixed answers left out.</summary>
    /// <param name="customerId">Any id.</param>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    public DueAmount AmountOf(string customerId, string month) => _amounts.Of(customerId, month);

    /// <summary>What a customer is billed in.</summary>
    public string CurrencyOf(string customerId) => _amounts.CurrencyOf(customerId);

    /// <summary>Has all calls for a customer answered in just this way, until <see cref="Forget"/>.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="retryAfter">The <c>Retry-After</c>, in seconds or as a date; null for none.</param>
    public void Answer(string customerId, int status, string body, string? retryAfter = null) => _fixed[customerId] = new FixedAnswer(status, body, retryAfter);

    /// <summary>Has the customer's calls answered as all others again.</summary>
    public void Forget(string customerId) => _fixed.TryRemove(customerId, out _);

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<AmountSimulator> StartAsync(AmountSimulatorOptions options, CancellationToken cancellationToken)
    {
        var app = LoopbackServer.Build(options.Port);
        var simulator = new AmountSimulator(app, options);
        await app.StartAsync(cancellationToken);
        return simulator;
    }

    /// <summary>Stops at once; calls under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await LoopbackServer.CutOffAsync(_app);
        _stopping.Dispose();
    }
}
