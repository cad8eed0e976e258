using Spectre.Console;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>The figures as a table on the console.</summary>
internal static class FigureTable
{
    /// <summary>In characters: wide enough that a table in a file has one line a figure.</summary>
    private const int FileWidth = 240;

    public static void Write(IEnumerable<FigureReport> reports)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Benchmark", "Figure");
        table.AddColumn("Value", value => value.RightAligned());
        table.AddColumns("Ratio", "Goal");
        foreach (var (report, figure) in reports.SelectMany(report => report.Figures.Select(figure => (report, figure))))
        {
            table.AddRow(
                new Text(report.Benchmark),
                new Text(figure.Name),
                new Text(FigureText.ValueOf(figure)),
                new Text(FigureText.RatiosOf(figure)),
                new Text(FigureText.GoalsOf(figure)));
        }

        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            AnsiConsole.Profile.Width = FileWidth;
        }

        AnsiConsole.Write(table);
    }
}
