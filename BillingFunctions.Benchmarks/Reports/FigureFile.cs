using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>The figures as JSON, with what is known of the machine.</summary>
internal static class FigureFile
{
    /// <summary>Where the files are, below the current directory, unless the command line says otherwise.</summary>
    public const string Folder = "benchmarks";

    private const int Decimals = 4;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // A ratio to nothing.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task WriteAsync(string path, DateTimeOffset startedAt, IEnumerable<FigureReport> reports)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, new { startedAt, machine = Machine.Current, benchmarks = reports.Select(Shape) }, Format);
    }

    private static object Shape(FigureReport report) => new { name = report.Benchmark, notes = report.Notes, figures = report.Figures.Select(Shape) };

    private static object Shape(Figure figure) => new
    {
        figure.Name,
        value = Round(figure.Value),
        figure.Unit,
        goal = Shape(figure.Goal, figure.Value),
        ratios = figure.Yardsticks.Count == 0 ? null : figure.Yardsticks.Select(yardstick => new
        {
            ratio = Round(figure.RatioTo(yardstick)),
            of = Round(yardstick.Value),
            yardstick.What,
            goal = Shape(yardstick.Goal, figure.RatioTo(yardstick)),
        }),
    };

    private static object? Shape(Bound? goal, double value) => goal is null ? null : new { bound = goal.Text, met = goal.IsMetBy(value) };

    private static double Round(double value) => Math.Round(value, Decimals);
}
