namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>The customers that are there from the start. They are computed when asked for, so that a million cost no memory.</summary>
public sealed record CustomerSeedOptions
{
    /// <summary>How many, up to two billion.</summary>
    public int Count { get; init; }

    /// <summary>The same seed gives the same customers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>When the oldest was created.</summary>
    public DateTimeOffset From { get; init; } = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Over how long they were created.</summary>
    public TimeSpan Span { get; init; } = TimeSpan.FromDays(3 * 365);

    /// <summary>1 spreads them evenly, 2 makes the growth linear, more makes it steeper; below 1 most came early.</summary>
    public double Skew { get; init; } = 1;

    /// <summary>How many in a row were created in the same second, as by an import.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Which share has a text that is awkward in CSV: commas, quotes, line breaks, formulas, other scripts.</summary>
    public double AwkwardShare { get; init; } = 0.05;
}
