using System.Net;
using System.Threading.RateLimiting;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>Asks the amount API, one try a call. All callers of the process share its rate limit and its circuit breaker.</summary>
public sealed class AmountClient : IAsyncDisposable
{
    /// <summary>The name of its <see cref="HttpClient"/>.</summary>
    internal const string HttpName = "amounts";

    /// <summary>An answer has two short fields.</summary>
    internal const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestLine = TimeSpan.FromSeconds(5);

    private readonly IHttpClientFactory _clients;
    private readonly Uri _address;
    private readonly TimeSpan _window;
    private readonly SlidingWindowRateLimiter _limiter;
    private readonly ResiliencePipeline<AmountAnswer> _pipeline;

    public AmountClient(IHttpClientFactory clients, IOptions<AmountsOptions> options, TimeProvider time)
    {
        _clients = clients;
        _address = options.Value.Address;
        _window = options.Value.Limit.Window;
        _limiter = CreateLimiter(options.Value.Limit);
        _pipeline = CreatePipeline(time);
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();

    /// <summary>What the customer owes for the month. Never throws for what the API does.</summary>
    /// <param name="invoice">The customer and the month.</param>
    /// <param name="currency">What the customer is billed in; null when not known, then any currency will do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<AmountAnswer> AskAsync(MonthlyInvoice invoice, string? currency, CancellationToken cancellationToken)
    {
        if (AddressOf(invoice) is not { } address)
        {
            return AmountAnswer.Refused("The customer's id cannot be part of an address.");
        }

        using var permit = await _limiter.AcquireAsync(1, cancellationToken);
        if (!permit.IsAcquired)
        {
            return AmountAnswer.NotNow(_window);
        }

        try
        {
            return await _pipeline.ExecuteAsync(
                static async (call, token) => await call.Client.FetchAsync(call.Address, call.Currency, token), (Client: this, Address: address, Currency: currency), cancellationToken);
        }
        catch (BrokenCircuitException open)
        {
            return AmountAnswer.NotNow(open.RetryAfter ?? Break);
        }
        catch (TimeoutRejectedException)
        {
            return AmountAnswer.Failed($"The amount API did not answer within {Timeout.TotalSeconds} s.");
        }
        catch (HttpRequestException broken)
        {
            return AmountAnswer.Failed($"The amount API could not be reached ({broken.HttpRequestError}).");
        }
    }

    private async Task<AmountAnswer> FetchAsync(Uri address, string? currency, CancellationToken cancellationToken)
    {
        using var client = _clients.CreateClient(HttpName);
        using var response = await client.GetAsync(address, cancellationToken);
        return AmountReader.Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), currency);
    }

    /// <summary>Null for an id such as <c>..</c>, which would lead elsewhere.</summary>
    private Uri? AddressOf(MonthlyInvoice invoice)
    {
        var month = BillingMonth.Parse(invoice.Month);
        var path = $"customers/{Uri.EscapeDataString(invoice.CustomerId)}/amount-due/{month.Year:D4}/{month.Number:D2}";
        var address = new Uri(_address, path);
        return address.AbsolutePath == _address.AbsolutePath + path ? address : null;
    }

    /// <summary>A window of ten segments; who finds no permit waits in line for about a window, if that is short, and comes back later if it is not.</summary>
    private static SlidingWindowRateLimiter CreateLimiter(RateLimit limit) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = limit.Permits,
        Window = limit.Window,
        SegmentsPerWindow = 10,
        QueueLimit = limit.Window <= LongestLine ? limit.Permits : 0,
    });

    /// <summary>Gives the API ten seconds of rest when more than half of at least twenty calls in half a minute have failed.</summary>
    private static ResiliencePipeline<AmountAnswer> CreatePipeline(TimeProvider time) => new ResiliencePipelineBuilder<AmountAnswer> { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AmountAnswer>
        {
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = Break,
            ShouldHandle = static call => ValueTask.FromResult(
                call.Outcome.Exception is TimeoutRejectedException or HttpRequestException || call.Outcome.Result?.Outcome == AmountOutcome.Failed),
        })
        .AddTimeout(Timeout)
        .Build();

    /// <summary>How its <see cref="HttpClient"/> is made: the pipeline has the timeout, and a redirect would send the customer's id elsewhere.</summary>
    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}

/// <summary>What came of asking for an amount.</summary>
internal enum AmountOutcome
{
    /// <summary>There is something to pay.</summary>
    Due = 0,

    /// <summary>There is nothing to pay.</summary>
    NoCharge = 1,

    /// <summary>The answer cannot be billed, and asking again would not change that.</summary>
    Refused = 2,

    /// <summary>There was no answer that can be read. Asking again may help.</summary>
    Failed = 3,

    /// <summary>The API was not asked: its rate limit is used up, or it is known to be down. No attempt.</summary>
    NotNow = 4,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="Amount">What is owed, when it is due.</param>
/// <param name="Reason">Why not, for people.</param>
/// <param name="RetryAfter">When not now: about when.</param>
internal sealed record AmountAnswer(AmountOutcome Outcome, Money? Amount = null, string? Reason = null, TimeSpan RetryAfter = default)
{
    public static AmountAnswer Due(Money amount) => new(AmountOutcome.Due, amount);

    public static AmountAnswer NoCharge(string reason) => new(AmountOutcome.NoCharge, Reason: reason);

    public static AmountAnswer Refused(string reason) => new(AmountOutcome.Refused, Reason: reason);

    public static AmountAnswer Failed(string reason) => new(AmountOutcome.Failed, Reason: reason);

    public static AmountAnswer NotNow(TimeSpan retryAfter) => new(AmountOutcome.NotNow, RetryAfter: retryAfter);
}
