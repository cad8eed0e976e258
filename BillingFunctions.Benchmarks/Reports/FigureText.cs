using System.Globalization;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>Figures for people to read.</summary>
internal static class FigureText
{
    /// <summary>A number with about three digits, and all of those before the point.</summary>
    public static string Of(double value) => value.ToString(
        Math.Abs(value) switch
        {
            var size when size >= 100 || size == Math.Truncate(size) => "N0",
            >= 10 => "N1",
            _ => "N2",
        },
        CultureInfo.InvariantCulture);

    /// <summary>The value with its unit.</summary>
    public static string ValueOf(Figure figure) => $"{Of(figure.Value)} {figure.Unit}".TrimEnd();

    /// <summary>The ratios, such as <c>0.89 of 1,387 single inserts/s</c>.</summary>
    public static string RatiosOf(Figure figure) =>
        string.Join("; ", figure.Yardsticks.Select(yardstick => $"{figure.RatioTo(yardstick).ToString("N2", CultureInfo.InvariantCulture)} of {Of(yardstick.Value)} {yardstick.What}"));

    /// <summary>The goals, and which of them are missed.</summary>
    public static string GoalsOf(Figure figure) => string.Join("; ",
    [
        .. figure.Goal is { } goal ? [Of(goal, figure.Value)] : Array.Empty<string>(),
        .. figure.Yardsticks.Where(yardstick => yardstick.Goal is not null).Select(yardstick => $"ratio {Of(yardstick.Goal!, figure.RatioTo(yardstick))}"),
    ]);

    private static string Of(Bound goal, double value) => goal.IsMetBy(value) ? goal.Text : $"{goal.Text} missed";
}
