using System.Collections.Concurrent;
using System.Diagnostics;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Testing.Load;

/// <summary>Many senders that deliver events as Stripe does: in order, signed anew at each try, until they are accepted.</summary>
/// <param name="events">What they deliver.</param>
/// <param name="path">Where they deliver it.</param>
internal sealed class WebhookLoad(IEnumerable<LoadEvent> events, string path = WebhookRequestBuilder.Path)
{
    private readonly ConcurrentQueue<LoadEvent> _left = new(events);
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _accepted;
    private int _unanswered;

    /// <summary>How many were accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many tries had no answer, or another one than 200, and were made again.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Sends all of them.</summary>
    /// <param name="http">The app's client, asked for at each try, since the app may have been started again.</param>
    /// <param name="senders">How many send at once.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> SendAsync(Func<HttpClient> http, int senders)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => SendAsync(http)));
        return clock.Elapsed;
    }

    /// <summary>How long the fastest so many percent of accepted calls took, at most; in milliseconds.</summary>
    public double Percentile(double percent)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * percent / 100))];
    }

    private async Task SendAsync(Func<HttpClient> http)
    {
        while (_left.TryDequeue(out var next))
        {
            while (!await TrySendAsync(http(), next))
            {
                Interlocked.Increment(ref _unanswered);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            Interlocked.Increment(ref _accepted);
        }
    }

    private async Task<bool> TrySendAsync(HttpClient http, LoadEvent next)
    {
        using var request = WebhookRequestBuilder.Signed(next.Json, path: path);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request);
            _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return response.IsSuccessStatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }
}
