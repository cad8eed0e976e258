using System.Security.Cryptography;

namespace BillingFunctions.Simulators.Salesforce.Sessions;

/// <summary>The sessions that are open. Thread-safe.</summary>
internal sealed class AccessTokens(string organizationId, TimeSpan lifetime, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _lastUses = new(StringComparer.Ordinal);

    /// <summary>Opens a session that ends when it has not been used for its lifetime.</summary>
    public string Issue()
    {
        var token = $"{organizationId[..15]}!AQ{RandomNumberGenerator.GetHexString(64)}";
        lock (_lock)
        {
            _lastUses[token] = time.GetUtcNow();
        }

        return token;
    }

    /// <param name="authorization">The header of that name.</param>
    public bool Accept(string authorization)
    {
        var token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        lock (_lock)
        {
            var isOpen = _lastUses.TryGetValue(token, out var lastUse) && time.GetUtcNow() - lastUse < lifetime;
            if (isOpen)
            {
                _lastUses[token] = time.GetUtcNow();
            }

            return isOpen;
        }
    }

    public void RevokeAll()
    {
        lock (_lock)
        {
            _lastUses.Clear();
        }
    }
}
