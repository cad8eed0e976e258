using System.Collections.Concurrent;
using BillingFunctions.Simulators.Limits;

namespace BillingFunctions.Simulators.Calls;

/// <summary>What was called: totals of everything, and the latest calls one by one. Thread-safe.</summary>
public sealed class CallLog(int kept, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<RecordedCall> _latest = new();
    private readonly ConcurrentDictionary<string, int> _byEndpoint = new();
    private readonly ConcurrentDictionary<string, int> _limited = new();
    private readonly long _start = time.GetTimestamp();

    public int Total => _byEndpoint.Values.Sum();

    /// <summary>How many calls each endpoint had, refused ones included.</summary>
    public IReadOnlyDictionary<string, int> ByEndpoint => _byEndpoint;

    /// <summary>How many calls were refused by a limit, by reason.</summary>
    public IReadOnlyDictionary<string, int> RateLimited => _limited;

    /// <summary>The latest calls in the order they arrived.</summary>
    public IReadOnlyList<RecordedCall> Latest
    {
        get
        {
            lock (_lock)
            {
                return [.. _latest];
            }
        }
    }

    /// <summary>How many of the latest calls were of one kind, refused ones included.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public int Count(string calls) => Latest.Count(call => call.Is(calls));

    /// <summary>How many records the latest calls of one kind wrote together.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public int Records(string calls) => Latest.Where(call => call.Is(calls)).Sum(call => call.Records);

    /// <summary>The most calls that any minute saw, among the latest: of all endpoints together.</summary>
    public int MostInAnyMinute() => MostInAnyWindow(TimeSpan.FromMinutes(1));

    /// <summary>The most calls that any window of this length saw, among the latest.</summary>
    /// <param name="which">Which calls count; by default all.</param>
    public int MostInAnyWindow(TimeSpan window, Func<RecordedCall, bool>? which = null)
    {
        var calls = Latest.Where(which ?? (_ => true)).ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < calls.Count; last++)
        {
            while (calls[last].At - calls[first].At >= window)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    /// <summary>Which share of a limit was used from the first to the last of the latest calls that were not refused with a 429.</summary>
    /// <returns>About 1 when the limit was used up; 0 with fewer than two calls.</returns>
    public double UseOf(RateLimit limit, Func<RecordedCall, bool>? which = null)
    {
        var calls = Latest.Where(call => call.Status != 429 && (which?.Invoke(call) ?? true)).ToList();
        return calls.Count < 2 || calls[^1].At == calls[0].At
            ? 0
            : (calls.Count - 1) / ((calls[^1].At - calls[0].At) / limit.Per * limit.Permits);
    }

    internal RecordedCall Arrive(string endpoint, string path)
    {
        _byEndpoint.AddOrUpdate(endpoint, 1, (_, count) => count + 1);
        lock (_lock)
        {
            var call = new RecordedCall(endpoint, path, time.GetElapsedTime(_start));
            _latest.Enqueue(call);
            if (_latest.Count > kept)
            {
                _latest.Dequeue();
            }

            return call;
        }
    }

    internal void End(RecordedCall call, int status, string? limitedBy)
    {
        (call.Status, call.LimitedBy) = (status, limitedBy);
        if (limitedBy is { } reason)
        {
            _limited.AddOrUpdate(reason, 1, (_, count) => count + 1);
        }
    }
}
