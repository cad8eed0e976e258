using System.Collections.Concurrent;
using System.Net;
using Polly;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;
using Polly.Simmy.Outcomes;

namespace BillingFunctions.Testing.Faults;

/// <summary>What goes wrong between the app and one service. Thread-safe.</summary>
internal sealed class Chaos
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, int> _injected = new();

    /// <param name="seed">The same seed makes the same choices in the same order; which call meets which choice depends on timing.</param>
    public Chaos(int seed)
    {
        _random = new Random(seed);
        Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddChaosLatency(new ChaosLatencyStrategyOptions
            {
                InjectionRateGenerator = _ => new(Rate / 3),
                Randomizer = Next,
                LatencyGenerator = _ => new(LongestDelay * Next()),
                OnLatencyInjected = _ => CountAsync("delayed"),
            })
            .AddChaosFault(new ChaosFaultStrategyOptions
            {
                InjectionRateGenerator = _ => new(Rate / 3),
                Randomizer = Next,
                FaultGenerator = _ => new(new ConnectionCutException()),
                OnFaultInjected = _ => CountAsync("cut"),
            })
            .AddChaosOutcome(new ChaosOutcomeStrategyOptions<HttpResponseMessage>
            {
                InjectionRateGenerator = _ => new(Rate / 3),
                Randomizer = Next,
                OutcomeGenerator = _ => new(Outcome.FromResult(new HttpResponseMessage(Next() < 0.5 ? HttpStatusCode.InternalServerError : HttpStatusCode.ServiceUnavailable))),
                OnOutcomeInjected = _ => CountAsync("refused"),
            })
            .Build();
    }

    /// <summary>The share of calls with a fault before the service gets them, and again after it has done what they ask: a third each is delayed, cut, or answered 500 or 503. 0 to 1; 0 at first.</summary>
    public double Rate { get; set; }

    /// <summary>Whether the service is out of reach: every connection is cut.</summary>
    public bool IsOut { get; set; }

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many faults there were, by kind.</summary>
    public IReadOnlyDictionary<string, int> Injected => _injected;

    /// <summary>Spoils what is run in it, before it is run.</summary>
    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

    /// <returns>At least 0, less than 1.</returns>
    public double Next()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }

    public void Count(string fault) => _injected.AddOrUpdate(fault, 1, (_, count) => count + 1);

    private ValueTask CountAsync(string fault)
    {
        Count(fault);
        return default;
    }
}

/// <summary>The connection is to be cut without an answer.</summary>
internal sealed class ConnectionCutException : Exception;
