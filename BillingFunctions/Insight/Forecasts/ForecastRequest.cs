namespace BillingFunctions.Insight.Forecasts;

/// <summary>The body of <c>POST /api/forecasts</c>.</summary>
public sealed record ForecastRequest
{
    /// <summary>How many items of usage come in a minute, above 0 and at most 10,000,000.</summary>
    public double? ItemsPerMinute { get; init; }

    /// <summary>Of how many organizations they are, 1 to 1,000,000,000; as many as `customers` if it is not given, or 1,000.</summary>
    public long? Organizations { get; init; }

    /// <summary>How many customers a month's run bills, 1 to 10,000,000.</summary>
    public long? Customers { get; init; }

    /// <summary>The limit of Stripe's account, `calls/seconds` such as `95/60`; the present one if it is not given.</summary>
    public string? Limit { get; init; }

    /// <summary>The limit of the amount API, `calls/seconds` such as `50/1`; the present one if it is not given.</summary>
    public string? AmountsLimit { get; init; }

    /// <summary>The day, `yyyy-MM-dd`, UTC, at whose end the run of that month is to have ended. The last of the month of the next run if it is not given.</summary>
    public string? Date { get; init; }

    /// <summary>For how long items come, in hours, 1 to 72; 24 if it is not given.</summary>
    public int? Hours { get; init; }

    /// <summary>Which share of the lookups of amounts fails and is tried again, 0 to 0.5; 0 if it is not given.</summary>
    public double? LookupFailures { get; init; }
}
