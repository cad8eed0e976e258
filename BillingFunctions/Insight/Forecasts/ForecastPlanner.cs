using System.Globalization;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Forecasts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using Microsoft.Extensions.Options;
using NCrontab;

namespace BillingFunctions.Insight.Forecasts;

/// <summary>Makes loads of a request: what it does not say is as the app is set.</summary>
public sealed class ForecastPlanner(
    StripeClients stripe, IOptions<SyncOptions> sync, IOptions<AmountsOptions> amounts, IOptions<InvoicingOptions> invoicing, InvoicePolicy policy, TimeProvider time)
{
    private const double MaxRate = 10_000_000;
    private const long MaxOrganizations = 1_000_000_000;
    private const long MaxCustomers = 10_000_000;
    private const long DefaultOrganizations = 1_000;
    private const int MaxHours = 72;
    private const double MaxFailures = 0.5;

    /// <summary>A longer run overlaps with the next one.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(31);

    /// <returns>The loads; null when something is wrong with the request, which the errors say.</returns>
    internal (ForecastPlan? Plan, FieldErrors Errors) Plan(ForecastRequest asked)
    {
        var errors = new FieldErrors();
        if (asked is { ItemsPerMinute: null, Customers: null })
        {
            errors.Add("items_per_minute", "A value is required here or in customers.");
        }

        Check(errors, "items_per_minute", asked.ItemsPerMinute is null or (> 0 and <= MaxRate), $"The value must be a number above 0 and up to {MaxRate}.");
        Check(errors, "organizations", asked.Organizations is null or (>= 1 and <= MaxOrganizations), $"The value must be a whole number from 1 to {MaxOrganizations}.");
        Check(errors, "customers", asked.Customers is null or (>= 1 and <= MaxCustomers), $"The value must be a whole number from 1 to {MaxCustomers}.");
        Check(errors, "hours", asked.Hours is null or (>= 1 and <= MaxHours), $"The value must be a whole number from 1 to {MaxHours}.");
        Check(errors, "lookup_failures", asked.LookupFailures is null or (>= 0 and <= MaxFailures), $"The value must be a number from 0 to {MaxFailures}.");
        var (stripeLimit, amountsLimit) = (LimitOf(asked.Limit, "limit", errors), LimitOf(asked.AmountsLimit, "amounts_limit", errors) ?? amounts.Value.Limit);
        var date = DateOf(asked.Date, errors);
        Check(
            errors, "customers", errors.Any || asked.Customers is not { } count || count / PermitBudget.PerSecond(amountsLimit) * (1 + (asked.LookupFailures ?? 0)) <= LongestRun.TotalSeconds,
            $"At {amountsLimit} the lookups of so many customers take longer than {LongestRun.TotalDays} days. Give fewer customers, or a higher amounts_limit.");
        return errors.Any ? (null, errors) : (new ForecastPlan(UsageOf(asked, stripeLimit), RunOf(asked, amountsLimit, date)), errors);
    }

    private SyncLoad? UsageOf(ForecastRequest asked, RateLimit? limit) => asked.ItemsPerMinute is not { } items ? null
        : new SyncLoad(items, asked.Organizations ?? asked.Customers ?? DefaultOrganizations, stripe.LimitsOf(StripeClients.Invoices, limit), sync.Value) { Duration = TimeSpan.FromHours(asked.Hours ?? 24) };

    private PlannedRun? RunOf(ForecastRequest asked, RateLimit limit, DateOnly? date)
    {
        if (asked.Customers is not { } customers)
        {
            return null;
        }

        var month = BillingMonth.From(date is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : time.GetUtcNow());
        var startsAt = StartIn(month);
        if (date is null && startsAt < time.GetUtcNow())
        {
            month = BillingMonth.From(month.End);
            startsAt = StartIn(month);
        }

        var endsBy = date is { } last ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : month.End;
        return new PlannedRun(new RunLoad(customers, limit, policy, asked.LookupFailures ?? 0), startsAt, endsBy);
    }

    /// <summary>When the run starts that the timer starts in a month; without a timer at its beginning.</summary>
    private DateTimeOffset StartIn(BillingMonth month) => invoicing.Value.Schedule is { Length: > 0 } schedule
        && CrontabSchedule.Parse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            .GetNextOccurrences(month.Start.UtcDateTime.AddSeconds(-1), month.End.UtcDateTime).FirstOrDefault() is { Year: > 1 } first
            ? new DateTimeOffset(first, TimeSpan.Zero)
            : month.Start;

    private static DateOnly? DateOf(string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= BillingMonth.FirstYear and <= BillingMonth.LastYear)
        {
            return date;
        }

        errors.Add("date", $"The value must be a day such as 2026-03-05, in the years from {BillingMonth.FirstYear} to {BillingMonth.LastYear}.");
        return null;
    }

    private static RateLimit? LimitOf(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (RateLimit.TryParse(text, out var limit))
        {
            return limit;
        }

        errors.Add(field, $"The value must be {RateLimit.Allowed}.");
        return null;
    }

    private static void Check(FieldErrors errors, string field, bool isAllowed, string allowed)
    {
        if (!isAllowed)
        {
            errors.Add(field, allowed);
        }
    }
}

/// <summary>What is to be played.</summary>
/// <param name="Usage">The load of items; null when none is asked for.</param>
/// <param name="Run">The month's run; null when none is asked for.</param>
internal sealed record ForecastPlan(SyncLoad? Usage, PlannedRun? Run);

/// <summary>A month's run.</summary>
/// <param name="Load">What it has to do.</param>
/// <param name="StartsAt">When it starts.</param>
/// <param name="EndsBy">When it is to have ended.</param>
internal sealed record PlannedRun(RunLoad Load, DateTimeOffset StartsAt, DateTimeOffset EndsBy);
