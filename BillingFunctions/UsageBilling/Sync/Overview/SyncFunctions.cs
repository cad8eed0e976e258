using System.Globalization;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Overview;

/// <summary>How the sync to Stripe is doing, and how it would do with another load.</summary>
public sealed class SyncFunctions(SyncMonitor monitor, StripeClients stripe, FailedJobStore failedJobs, IOptions<SyncOptions> options, TimeProvider time)
{
    /// <summary>More discarded jobs than this are not counted.</summary>
    private const int MaxDiscarded = 1_000;

    private const long MaxRate = 10_000_000;
    private const long MaxOrganizations = 1_000_000_000;

    /// <summary>Shows how the sync of usage to Stripe is doing.</summary>
    [Function("GetSyncFunction")]
    [ProducesResponseType<SyncView>(StatusCodes.Status200OK)]
    public async Task<IResult> GetAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/sync")] HttpRequest request, CancellationToken cancellationToken)
    {
        var state = await monitor.RecountAsync(cancellationToken);
        var use = await stripe.AccountUseAsync(cancellationToken);
        var discarded = await failedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, MaxDiscarded, cancellationToken);
        return ApiJson.Ok(SyncView.From(state, use, discarded.Count, options.Value, time.GetUtcNow()));
    }

    /// <summary>Plays a steady load for a day, and tells how the sync would do.</summary>
    /// <remarks>`POST /api/forecasts` takes more settings, and says more.</remarks>
    [Function("ForecastSyncFunction")]
    [QueryParameter<long>("items_per_minute", "How many items come in a minute, 1 to 10,000,000.", IsRequired = true)]
    [QueryParameter<long>("organizations", "Of how many organizations, 1 to 1,000,000,000.", IsRequired = true)]
    [QueryParameter<string>("limit", "The limit of Stripe's account, calls/seconds such as `95/60`; the present one if it is not given.")]
    [ProducesResponseType<SyncForecast>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public IResult Forecast([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/sync/forecast")] HttpRequest request)
    {
        var errors = new FieldErrors();
        var items = Number(request, "items_per_minute", MaxRate, errors);
        var organizations = Number(request, "organizations", MaxOrganizations, errors);
        RateLimit? limit = RateLimit.TryParse(request.Query["limit"], out var given) ? given : null;
        if (limit is null && request.Query["limit"] is [{ Length: > 0 }])
        {
            errors.Add("limit", $"The value must be {RateLimit.Allowed}.");
        }

        return errors.Any ? Problems.Invalid(errors) : ApiJson.Ok(SyncForecast.From(new SyncLoad(items, organizations, stripe.LimitsOf(StripeClients.Invoices, limit), options.Value)));
    }

    private static long Number(HttpRequest request, string name, long max, FieldErrors errors)
    {
        if (request.Query[name] is not [{ } text] || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > max)
        {
            errors.Add(name, $"A whole number from 1 to {max} is required.");
            return 1;
        }

        return number;
    }
}
