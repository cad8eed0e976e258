namespace BillingFunctions.Simulators.Webhooks;

/// <summary>Makes tries at deliveries.</summary>
internal sealed class WebhookClient(TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    public async Task<WebhookAttempt> TryAsync(Delivery delivery, TimeSpan timeout, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            using var request = delivery.Build(time.GetUtcNow());
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
            var isAccepted = await delivery.IsAcceptedAsync(response, ends.Token);
            return new WebhookAttempt(time.GetUtcNow(), (int)response.StatusCode, isAccepted);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return new WebhookAttempt(time.GetUtcNow(), Status: null, IsAccepted: false);
        }
    }
}
