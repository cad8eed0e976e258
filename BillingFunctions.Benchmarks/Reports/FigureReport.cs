using System.Globalization;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>What one benchmark has found.</summary>
/// <param name="benchmark">Its name, as on the command line.</param>
internal sealed class FigureReport(string benchmark)
{
    private readonly List<Figure> _figures = [];
    private readonly Dictionary<string, string> _notes = [];

    public string Benchmark => benchmark;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>What the figures are of: sizes, settings, and outcomes that are no numbers.</summary>
    public IReadOnlyDictionary<string, string> Notes => _notes;

    public void Note(string name, IFormattable value) => Note(name, value.ToString(null, CultureInfo.InvariantCulture));

    public void Note(string name, string value)
    {
        _notes[name] = value;
        Console.WriteLine($"{benchmark}: {name}: {value}");
    }

    public void Add(string name, double value, string unit, params IReadOnlyList<Yardstick> yardsticks) => Add(name, value, unit, goal: null, yardsticks);

    /// <summary>Adds a figure, and writes it at once: a long run that is cut short has shown what it had found.</summary>
    public void Add(string name, double value, string unit, Bound? goal, params IReadOnlyList<Yardstick> yardsticks)
    {
        var figure = new Figure(name, value, unit, goal, yardsticks);
        _figures.Add(figure);
        Console.WriteLine($"{benchmark}: {name}: {FigureText.ValueOf(figure)}{(yardsticks.Count > 0 ? $"; {FigureText.RatiosOf(figure)}" : "")}");
    }
}
