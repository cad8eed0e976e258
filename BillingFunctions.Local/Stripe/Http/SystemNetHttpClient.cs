using System.Runtime.ExceptionServices;

namespace Stripe;

/// <summary>Sends requests with an <see cref="HttpClient"/> and retries what failed on the way or on Stripe's side.</summary>
/// <remarks>
/// A 429 is not retried. An exception of a message handler other than <see cref="HttpRequestException"/> and
/// <see cref="OperationCanceledException"/> passes through at once and as it is.
/// </remarks>
public class SystemNetHttpClient : IHttpClient
{
    /// <summary>How often a request is retried unless told otherwise.</summary>
    public const int DefaultMaxNumberRetries = 2;

    private static readonly Lazy<HttpClient> SharedClient = new(BuildDefaultSystemNetHttpClient);

    private readonly HttpClient _httpClient;
    private readonly ClientUserAgent _userAgent;
    private readonly RequestTelemetry _telemetry = new();

    /// <param name="httpClient">What sends the requests; its timeout holds for each try. By default a shared one.</param>
    /// <param name="maxNetworkRetries">How often a request is retried; 0 never.</param>
    /// <param name="appInfo">The plug-in that makes the requests.</param>
    /// <param name="enableTelemetry">Whether to tell Stripe how long requests took.</param>
    public SystemNetHttpClient(
        HttpClient? httpClient = null,
        int maxNetworkRetries = DefaultMaxNumberRetries,
        AppInfo? appInfo = null,
        bool enableTelemetry = true)
    {
        _httpClient = httpClient ?? SharedClient.Value;
        _userAgent = new ClientUserAgent(appInfo, enableTelemetry);
        MaxNetworkRetries = maxNetworkRetries;
        EnableTelemetry = enableTelemetry;
    }

    /// <summary>80 seconds for each try.</summary>
    public static TimeSpan DefaultHttpTimeout => TimeSpan.FromSeconds(80);

    /// <summary>The longest pause before a retry: 5 seconds.</summary>
    public static TimeSpan MaxNetworkRetriesDelay => TimeSpan.FromSeconds(5);

    /// <summary>The shortest pause before a retry: half a second.</summary>
    public static TimeSpan MinNetworkRetriesDelay => TimeSpan.FromMilliseconds(500);

    public bool EnableTelemetry { get; }

    public int MaxNetworkRetries { get; }

    /// <summary>The clock of the pauses; tests set their own.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>An <see cref="HttpClient"/> with Stripe's timeout.</summary>
    public static HttpClient BuildDefaultSystemNetHttpClient() => new() { Timeout = DefaultHttpTimeout };

    /// <summary>Sends the request, with its retries, and reads the whole answer.</summary>
    /// <exception cref="HttpRequestException">The last try could not connect or was cut off.</exception>
    /// <exception cref="OperationCanceledException">The last try timed out, or the token was cancelled.</exception>
    public async Task<StripeResponse> MakeRequestAsync(StripeRequest request, CancellationToken cancellationToken = default)
    {
        var (response, retries) = await SendAsync(request, cancellationToken);
        using (response)
        {
            var content = await response.Content.ReadAsStringAsync(cancellationToken);
            return new StripeResponse(response.StatusCode, response.Headers, content) { NumRetries = retries };
        }
    }

    /// <summary>Sends the request, with its retries, and leaves the body to the caller.</summary>
    public async Task<StripeStreamedResponse> MakeStreamingRequestAsync(StripeRequest request, CancellationToken cancellationToken = default)
    {
        var (response, retries) = await SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new StripeStreamedResponse(response.StatusCode, response.Headers, body) { NumRetries = retries };
    }

    private async Task<(HttpResponseMessage Response, int Retries)> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        if (EnableTelemetry)
        {
            _telemetry.AddTo(request.StripeHeaders);
        }

        for (var retries = 0; ; retries++)
        {
            var (response, failure) = await TryOnceAsync(request, cancellationToken);
            if (retries >= MaxNetworkRetries || !RetryRules.ShouldRetry(response))
            {
                failure?.Throw();
                return (response!, retries);
            }

            response?.Dispose();
            await Task.Delay(RetryRules.Delay(retries + 1), Time, cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, ExceptionDispatchInfo? Failure)> TryOnceAsync(
        StripeRequest request, CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        try
        {
            using var message = BuildMessage(request);
            var response = await _httpClient.SendAsync(message, cancellationToken);
            if (EnableTelemetry)
            {
                _telemetry.Record(response, Time.GetElapsedTime(started));
            }

            return (response, null);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, ExceptionDispatchInfo.Capture(exception));
        }
    }

    private HttpRequestMessage BuildMessage(StripeRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri) { Content = request.Content };
        message.Headers.Authorization = request.AuthorizationHeader;
        message.Headers.TryAddWithoutValidation("User-Agent", _userAgent.Short);
        message.Headers.Add("X-Stripe-Client-User-Agent", _userAgent.Details);
        foreach (var (name, value) in request.StripeHeaders)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }
}
