using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Idempotency;

/// <summary>A caller's key; two accounts may use the same.</summary>
internal readonly record struct IdempotencyKey(string Account, string Key);

/// <summary>Gives a repeated call its first answer for 24 hours. Refusals of a call that was not begun are not kept.</summary>
internal sealed class IdempotencyStore(TimeProvider time)
{
    private const int LongestKey = 255;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Dictionary<IdempotencyKey, Entry> _entries = [];
    private readonly Queue<(DateTimeOffset At, IdempotencyKey Key)> _byAge = new();

    /// <summary>Claims the key; the caller must then <see cref="End"/>.</summary>
    /// <param name="earlier">The answer to give again; then nothing was claimed.</param>
    /// <returns>Why the call is refused; then nothing was claimed.</returns>
    public StripeProblem? Begin(IdempotencyKey key, string fingerprint, out StripeAnswer? earlier)
    {
        earlier = null;
        if (key.Key.Length > LongestKey)
        {
            return StripeProblem.Invalid("Idempotency-Key", $"Idempotency keys are at most {LongestKey} characters long.");
        }

        lock (_lock)
        {
            Prune();
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = new Entry(fingerprint);
                return null;
            }

            earlier = entry.Fingerprint == fingerprint ? entry.Answer : null;
            return entry switch
            {
                { Answer: null } => StripeProblem.KeyInUse(key.Key),
                _ when earlier is null => StripeProblem.OtherParameters(key.Key),
                _ => null,
            };
        }
    }

    /// <summary>Keeps the answer, or frees the key when the call was refused or came to nothing.</summary>
    public void End(IdempotencyKey key, StripeAnswer? answer)
    {
        lock (_lock)
        {
            if (answer is null or { Status: >= 400 and < 500 })
            {
                _entries.Remove(key);
                return;
            }

            _entries[key].Answer = answer;
            _byAge.Enqueue((time.GetUtcNow(), key));
        }
    }

    private void Prune()
    {
        var oldest = time.GetUtcNow() - Kept;
        while (_byAge.TryPeek(out var first) && first.At <= oldest)
        {
            _entries.Remove(_byAge.Dequeue().Key);
        }
    }

    private sealed class Entry(string fingerprint)
    {
        public string Fingerprint { get; } = fingerprint;

        public StripeAnswer? Answer { get; set; }
    }
}
