namespace BillingFunctions.Benchmarks.Reports;

/// <summary>One thing that was measured or counted.</summary>
/// <param name="Name">What it is, such as <c>accepted</c>; each figure of a benchmark has another name.</param>
/// <param name="Value">How much.</param>
/// <param name="Unit">Of what, such as <c>events/s</c>.</param>
/// <param name="Goal">What it is to reach on a quiet machine of two cores; null when there is no goal.</param>
/// <param name="Yardsticks">What it is compared with.</param>
internal sealed record Figure(string Name, double Value, string Unit, Bound? Goal, IReadOnlyList<Yardstick> Yardsticks)
{
    /// <summary>The figure in units of a yardstick.</summary>
    public double RatioTo(Yardstick yardstick) => Value / yardstick.Value;
}

/// <summary>Something measured in the same run, so that the ratio to it depends less on the machine than the figure does.</summary>
/// <param name="Value">How much, in the unit of the figure.</param>
/// <param name="What">Of what, such as <c>single inserts/s</c>.</param>
/// <param name="Goal">What the ratio is to reach; null when there is no goal.</param>
internal sealed record Yardstick(double Value, string What, Bound? Goal = null);

/// <summary>What a figure or a ratio is to reach.</summary>
internal sealed record Bound
{
    private readonly Func<double, bool> _isMet;

    private Bound(string text, Func<double, bool> isMet) => (Text, _isMet) = (text, isMet);

    /// <summary>Such as <c>>= 0.95</c>.</summary>
    public string Text { get; }

    public static Bound AtLeast(double least) => new($">= {FigureText.Of(least)}", value => value >= least);

    public static Bound AtMost(double most) => new($"<= {FigureText.Of(most)}", value => value <= most);

    public static Bound Below(double limit) => new($"< {FigureText.Of(limit)}", value => value < limit);

    public bool IsMetBy(double value) => _isMet(value);
}
