using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace BillingFunctions.Testing.Faults;

/// <summary>A caller who repeats what was not answered, as Stripe and careful clients do: with the same idempotency key.</summary>
internal static class PatientHttp
{
    private const string KeyHeader = "Idempotency-Key";
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);

    public static DelegatingHandler Handler() => new KeyHandler
    {
        InnerHandler = new ResilienceHandler(new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<Exception>(failure => failure is HttpRequestException or IOException or OperationCanceledException or TimeoutRejectedException)
                    .HandleResult(response => response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests || IsInProgress(response)),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(3),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddTimeout(AttemptTimeout)
            .Build())
        {
            InnerHandler = new WholeAnswers { InnerHandler = new SocketsHttpHandler() },
        },
    };

    /// <summary>The first request with the key is still being answered.</summary>
    private static bool IsInProgress(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.Conflict && response.Headers.RetryAfter is not null;

    /// <summary>An answer that breaks off is none.</summary>
    private sealed class WholeAnswers : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return response;
        }
    }

    /// <summary>One key for all tries.</summary>
    private sealed class KeyHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post && !request.Headers.Contains(KeyHeader))
            {
                request.Headers.Add(KeyHeader, $"{Guid.NewGuid()}");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
