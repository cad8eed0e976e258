using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>
/// The limit of calls to Salesforce, which all instances of the app keep together. Salesforce allows so many calls a day and says with each answer how many are used: the limit
/// is slowed down when few are left.
/// </summary>
public sealed class SalesforceUsage(TableServiceClient tables, IOptions<SalesforceOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>From this share of the day's calls on.</summary>
    private const double Many = 0.9;

    /// <summary>How long a call waits for its permit. One that would have to wait longer comes back later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SharedRateLimits _limits = new(tables, $"salesforce {options.Value.InstanceUrl}", time);
    private readonly SharedLimit _limit = new("salesforce", options.Value.Limit);

    /// <summary>Lets calls go ahead at the limit.</summary>
    internal SharedRateLimiter Limiter => _limits.For([_limit], RateLimitLane.Only, Patience);

    /// <summary>How much of the limit is used just now.</summary>
    internal Task<RateLimitUse> UseAsync(CancellationToken cancellationToken) => _limits.UseOfAsync(_limit, cancellationToken);

    /// <summary>Reads how many of the day's calls are used: <c>Sforce-Limit-Info: api-usage=18/5000</c>.</summary>
    internal Task NoteAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = response.Headers.TryGetValues("Sforce-Limit-Info", out var values) ? values.First() : "";
        var numbers = said.Split(',')[0].Replace("api-usage=", "", StringComparison.Ordinal).Split('/');
        return numbers.Length == 2
            && long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var used)
            && long.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var allowed)
            && used >= allowed * Many
                ? SlowDownAsync("api-usage", cancellationToken)
                : Task.CompletedTask;
    }

    /// <summary>Halves the limit for a while.</summary>
    internal Task SlowDownAsync(string reason, CancellationToken cancellationToken) => _limits.SlowDownAsync(_limit, reason, cancellationToken);

    public void Dispose() => _limits.Dispose();
}
