using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>
/// Every request to Stripe passes here, retries of the SDK included. It waits for a permit of the account and of the endpoint; a 429 all the same slows down the limit that it names,
/// and becomes a <see cref="StripeThrottledException"/>.
/// </summary>
/// <param name="limits">The limits that all instances keep together.</param>
/// <param name="options">What they are.</param>
/// <param name="lane">Who the calls are for.</param>
/// <param name="answerWithin">How long Stripe has for a whole answer once the permit is given; as long as the client waits when null.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of refused calls.</param>
internal sealed partial class StripeRateLimitHandler(
    SharedRateLimits limits, StripeOptions options, StripeLane lane, TimeSpan? answerWithin, TimeProvider time, ILogger logger) : DelegatingHandler
{
    /// <summary>Added to Stripe's own headers: the SDK hands on nothing else of an answer.</summary>
    private const string WaitedHeader = "Waited-For-Permit";

    /// <summary>Long enough that a line of a few dozen moves on; anybody further behind comes back later instead of holding a worker.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(2);

    private readonly SharedLimit _account = AccountLimitOf(options);

    /// <summary>The limit of the whole account.</summary>
    public static SharedLimit AccountLimitOf(StripeOptions options) => new("account", options.AccountLimit, Pace: 0.5);

    /// <summary>The limit of an endpoint, such as <c>invoices</c>.</summary>
    public static SharedLimit EndpointLimitOf(StripeOptions options, string endpoint) => new($"endpoint-{endpoint}", options.EndpointLimit);

    /// <summary>How long the request that Stripe has answered waited for its permit.</summary>
    public static TimeSpan WaitedFor(StripeResponse response) =>
        response.Headers.TryGetValues(WaitedHeader, out var values) ? TimeSpan.Parse(values.First(), CultureInfo.InvariantCulture) : TimeSpan.Zero;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var endpoint = EndpointLimitOf(options, EndpointOf(request.RequestUri!));
        var permit = await limits.AcquireAsync([_account, endpoint], lane.WithWeight(), Patience, cancellationToken);
        if (!permit.IsGranted)
        {
            throw new StripeThrottledException(time.GetUtcNow() + permit.RetryAfter, permit.Waited);
        }

        var response = await AnswerAsync(request, cancellationToken);
        BillingMetrics.RecordCall(lane.ToString(), (int)response.StatusCode, permit.Waited);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            using (response)
            {
                throw new StripeThrottledException(await SlowDownAsync(response, endpoint, cancellationToken), permit.Waited);
            }
        }

        response.Headers.Add(WaitedHeader, permit.Waited.ToString("c"));
        return await ReadableAsync(response, cancellationToken);
    }

    /// <summary>
    /// The answer, if it is JSON, and with text in all its texts, since the SDK reads no others. The SDK puts the whole body of another one into its error, and from there it would get into logs, failed jobs and answers, with
    /// whatever customers are in it. A failure keeps its status, which says whether the call is made again.
    /// </summary>
    /// <exception cref="HttpRequestException">Stripe says that all is well, but what it sends cannot be read; the SDK asks again.</exception>
    private static async Task<HttpResponseMessage> ReadableAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (StripeText.MayNeedRepair(body))
        {
            var type = response.Content.Headers.ContentType;
            body = StripeText.Repair(body);
            response.Content = new ByteArrayContent(body) { Headers = { ContentType = type } };
        }

        if (IsJson(body))
        {
            return response;
        }

        var reason = $"Stripe answered {(int)response.StatusCode} with {body.Length} bytes that are not JSON.";
        if (response.IsSuccessStatusCode)
        {
            response.Dispose();
            throw new HttpRequestException(reason);
        }

        response.Content = JsonContent.Create(new { error = new { message = reason, type = "api_error" } });
        return response;
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <exception cref="TimeoutException">Stripe has not answered in time; whether it has done what it was asked to is not known.</exception>
    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(answerWithin ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var response = await base.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(either.Token);
            return response;
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Stripe did not answer within {answerWithin}.", late);
        }
    }

    /// <summary>
    /// Slows down the limit that Stripe says was exceeded; that of the endpoint when it names none. An object that another call holds is no limit: nothing is slowed down.
    /// </summary>
    /// <returns>When to try again: in one to two seconds, so that not all come back at once.</returns>
    private async Task<DateTimeOffset> SlowDownAsync(HttpResponseMessage refusal, SharedLimit endpoint, CancellationToken cancellationToken)
    {
        var reason = refusal.Headers.TryGetValues("Stripe-Rate-Limited-Reason", out var values) ? values.First() : "unknown";
        BillingMetrics.RecordThrottled(reason);
        Log.Throttled(logger, endpoint.Name, reason);
        if (!(await refusal.Content.ReadAsStringAsync(cancellationToken)).Contains("\"lock_timeout\"", StringComparison.Ordinal))
        {
            await limits.SlowDownAsync(reason.StartsWith("global-", StringComparison.Ordinal) ? _account : endpoint, reason, cancellationToken);
        }

        return time.GetUtcNow() + TimeSpan.FromSeconds(1 + Random.Shared.NextDouble());
    }

    /// <summary><c>/v1/customers/cus_1/sources</c> counts against <c>customers</c>.</summary>
    private static string EndpointOf(Uri uri) => uri.Segments.Length > 2 ? uri.Segments[2].TrimEnd('/') : "other";

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Stripe refused a call that counts against {Limit} ({Reason}); slowing down.")]
        public static partial void Throttled(ILogger logger, string limit, string reason);
    }
}

/// <summary>A call that was not made, or was turned away by Stripe, because of a rate limit. Not a failure: try again at <see cref="RetryAt"/>.</summary>
public sealed class StripeThrottledException(DateTimeOffset retryAt, TimeSpan waited)
    : Exception($"Over Stripe's rate limit; try again at {retryAt:O}.")
{
    /// <summary>When a permit may be had.</summary>
    public DateTimeOffset RetryAt { get; } = retryAt;

    /// <summary>How long it is until then; zero when the time has come.</summary>
    public TimeSpan WaitFrom(DateTimeOffset now) => RetryAt > now ? RetryAt - now : TimeSpan.Zero;

    /// <summary>How long the call had waited for a permit.</summary>
    public TimeSpan Waited { get; } = waited;
}
