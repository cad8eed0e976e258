using BillingFunctions.Simulators.Limits;

namespace BillingFunctions.Simulators.Stripe.Limits;

/// <summary>The limits of an account and of each of its endpoints. Refused calls do not count against them.</summary>
public sealed class RateLimits
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SlidingWindow> _windows = [];

    /// <summary>Of all calls of one account; null is no limit. May be changed at any time.</summary>
    public RateLimit? Account { get; set; }

    /// <summary>Of one account's calls of one endpoint; null is no limit. May be changed at any time.</summary>
    public RateLimit? Endpoint { get; set; }

    /// <param name="now">When the call arrived; never less than at the last call.</param>
    /// <returns>Null when the call may pass, else the reason that Stripe gives.</returns>
    internal string? Take(string account, string endpoint, TimeSpan now)
    {
        lock (_lock)
        {
            var (accountWindow, endpointWindow) = (Window(account), Window($"{account} {endpoint}"));
            if (!accountWindow.HasRoom(Account, now))
            {
                return "global-rate";
            }

            if (!endpointWindow.HasRoom(Endpoint, now))
            {
                return "endpoint-rate";
            }

            accountWindow.Take(Account, now);
            endpointWindow.Take(Endpoint, now);
            return null;
        }
    }

    private SlidingWindow Window(string name)
        => _windows.TryGetValue(name, out var window) ? window : _windows[name] = new SlidingWindow();
}
