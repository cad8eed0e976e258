using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Stripe;

/// <summary>Tells Stripe, with a later request, how long an earlier one took.</summary>
internal sealed class RequestTelemetry
{
    private const string Header = "X-Stripe-Client-Telemetry";
    private const int Kept = 100;

    private readonly ConcurrentQueue<(string RequestId, long Milliseconds)> _finished = new();

    public void AddTo(IDictionary<string, string> headers)
    {
        if (!headers.ContainsKey(Header) && _finished.TryDequeue(out var last))
        {
            headers.Add(Header, string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"last_request_metrics":{"request_id":{{{JsonSerializer.Serialize(last.RequestId)}}},"request_duration_ms":{{{last.Milliseconds}}}}}"""));
        }
    }

    public void Record(HttpResponseMessage response, TimeSpan duration)
    {
        if (_finished.Count < Kept && response.Headers.TryGetValues("Request-Id", out var id))
        {
            _finished.Enqueue((id.First(), (long)duration.TotalMilliseconds));
        }
    }
}
