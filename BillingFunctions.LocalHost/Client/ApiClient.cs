using System.Text.Json;
using BillingFunctions.LocalHost.Http;
using Polly;
using Polly.Retry;

namespace BillingFunctions.LocalHost.Client;

/// <summary>The HTTP API of a running app. Whatever goes wrong is a <see cref="JobException"/>.</summary>
internal sealed class ApiClient(HttpClient http, TimeProvider time) : IDisposable
{
    /// <summary>The environment variable that may hold the function key; a command line is seen by every user of the machine.</summary>
    public const string KeyVariable = "BILLING_FUNCTION_KEY";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(250);

    /// <summary>For half a minute: an app that is started again meanwhile goes on with its jobs.</summary>
    private readonly ResiliencePipeline _patiently = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<JobException>(failure => failure.IsTransient),
            MaxRetryAttempts = 6,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    /// <summary>How the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Where the app is.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>The job that was watched last; null before the first.</summary>
    public IJob? Watched { get; private set; }

    /// <param name="address">Where the app is.</param>
    /// <param name="key">The function key to send, if the app wants one.</param>
    public static ApiClient Connect(Uri address, string? key)
    {
        // The key would follow a redirection to whatever address. A whole request has no limit: 200 MB may take long to send; Ctrl+C ends it.
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false };
        var http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add(FunctionKey.Header, key.Trim());
        }

        return new ApiClient(http, TimeProvider.System);
    }

    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => AskAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <param name="content">The body; null for none. A form, which may be large, is sent when the app has said that it wants it, so that a refusal arrives.</param>
    public Task<T> PostAsync<T>(string path, HttpContent? content, CancellationToken cancellationToken) => AskAsync<T>(HttpMethod.Post, path, content, cancellationToken);

    /// <summary>Copies a file of the app's to <paramref name="target"/>.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            await response.Content.CopyToAsync(target, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpIOException or HttpRequestException { InnerException: HttpIOException })
        {
            throw new JobException($"GET /{path} broke off: {exception.Message}", exception);
        }
    }

    /// <summary>Shows how a job gets on until it has ended.</summary>
    /// <returns>The job at its end.</returns>
    public async Task<T> WatchAsync<T>(string title, T job, JobConsole console, CancellationToken cancellationToken)
        where T : IJob
    {
        Watched = job;
        await console.ProgressAsync(title, async progress => job = await FollowAsync(job, progress, cancellationToken));
        return job;
    }

    public void Dispose() => http.Dispose();

    private async Task<T> FollowAsync<T>(T job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
        where T : IJob
    {
        var pause = ShortestPoll;
        while (!job.HasEnded)
        {
            progress.Report(job.HowFar);
            await Task.Delay(pause, time, cancellationToken);
            var asked = time.GetTimestamp();
            job = await _patiently.ExecuteAsync(async token => await GetAsync<T>(job.Path, token), cancellationToken);

            // What the app has to count, such as a month of a million invoices, it is not asked for all the time.
            var took = time.GetElapsedTime(asked) * 4;
            pause = took > ShortestPoll ? took : ShortestPoll;
        }

        progress.Report(job.HowFar);
        return job;
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.ExpectContinue = content is MultipartContent;
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("null.");
        }
        catch (Exception exception) when (exception is JsonException or HttpIOException or HttpRequestException)
        {
            throw new JobException($"{method} /{path} answered something else than it should: {exception.Message}", exception) { IsTransient = exception is not JsonException };
        }
    }

    /// <returns>A success; its body comes as it is read.</returns>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await ProblemAnswer.ReadAsync(request, response, cancellationToken);
            }
        }
        catch (HttpRequestException exception)
        {
            var isThere = exception.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            throw new JobException($"{Address} {(isThere ? "broke off" : "cannot be reached")}: {exception.Message}", exception) { IsTransient = true };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JobException($"{Address} does not answer: {exception.Message}", exception) { IsTransient = true };
        }
    }
}
