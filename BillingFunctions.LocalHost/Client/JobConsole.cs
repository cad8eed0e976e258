using Spectre.Console;

namespace BillingFunctions.LocalHost.Client;

/// <summary>Shows how a job gets on and what came of it: a bar on a terminal, plain lines when the output goes elsewhere.</summary>
internal sealed class JobConsole
{
    /// <summary>Wide enough that a table in a file has one line a row.</summary>
    private const int FileWidth = 2000;

    private readonly IAnsiConsole _console;

    public JobConsole(TextWriter output)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!_console.Profile.Out.IsTerminal)
        {
            _console.Profile.Width = FileWidth;
        }
    }

    /// <summary>Writes a line as it is: Spectre would break a long path at the width of a terminal.</summary>
    public void WriteLine(string text) => _console.Profile.Out.Writer.WriteLine(Printable(text));

    /// <summary>Writes a line for each.</summary>
    public void WriteFields(params IEnumerable<(string Name, string Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            WriteLine($"    {name,-11}{value}");
        }
    }

    public void WriteTable(IEnumerable<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumns([.. headings.Select(heading => new TableColumn(new Text(heading)) { Padding = new Padding(0, 0, 3, 0) })]);
        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Printable(cell))));
        }

        _console.Write(new Padder(table, new Padding(4, 0, 0, 0)));
    }

    /// <summary>Shows a job while <paramref name="work"/> runs, which reports how far it is.</summary>
    public Task ProgressAsync(string title, Func<IProgress<JobProgress>, Task> work) =>
        _console.Profile.Out.IsTerminal ? BarAsync(title, work) : LinesAsync(title, work);

    /// <summary>What a file or another machine says may hold the control sequences of a terminal.</summary>
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;

    private async Task LinesAsync(string title, Func<IProgress<JobProgress>, Task> work)
    {
        WriteLine($"{title} …");
        await work(new ProgressLines(title, this));
    }

    private Task BarAsync(string title, Func<IProgress<JobProgress>, Task> work) =>
        _console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new ProgressBar(title, context.AddTask(Markup.Escape(title)))));

    private sealed class ProgressBar(string title, ProgressTask task) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            task.Value = value.Percent;
            task.Description = Markup.Escape($"{title} {value.Text}");
        }
    }

    /// <summary>A line for each tenth, so that a log stays short.</summary>
    private sealed class ProgressLines(string title, JobConsole console) : IProgress<JobProgress>
    {
        private int _tenths;

        public void Report(JobProgress value)
        {
            if ((int)(value.Percent / 10) > _tenths)
            {
                _tenths = (int)(value.Percent / 10);
                console.WriteLine(FormattableString.Invariant($"{title}: {Math.Floor(value.Percent):0}%, {value.Text}"));
            }
        }
    }
}
