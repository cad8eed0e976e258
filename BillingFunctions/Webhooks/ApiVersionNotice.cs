using System.Collections.Concurrent;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.Webhooks;

/// <summary>Tells that events are of another API version than the SDK's: once an hour for each version, since there is nothing new in the next thousand.</summary>
public sealed partial class ApiVersionNotice(TimeProvider time, ILogger<ApiVersionNotice> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);

    internal void Look(StripeEvent received)
    {
        var (version, now) = (received.ApiVersion ?? "none", time.GetUtcNow());
        if (version != StripeConfiguration.ApiVersion && IsDue(version, now))
        {
            Log.OtherVersion(logger, received.Id, version, StripeConfiguration.ApiVersion);
        }
    }

    /// <summary>For one of those who ask at the same time.</summary>
    private bool IsDue(string version, DateTimeOffset now) => _told.TryGetValue(version, out var told)
        ? now - told >= Interval && _told.TryUpdate(version, now, told)
        : _told.TryAdd(version, now);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Event {EventId} has Stripe's API version {Version}; the app is made for {Ours}. Events of that version are applied all the same. This is logged once an hour at most.")]
        public static partial void OtherVersion(ILogger logger, string eventId, string version, string ours);
    }
}
