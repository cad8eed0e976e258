using Spectre.Console;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Shows how a step gets on: a bar on a terminal, lines when the output goes elsewhere.</summary>
internal sealed class DemoConsole(IAnsiConsole console, bool isRedirected)
{
    /// <summary>Writes a line as it is: Spectre would break a long path at the width of a terminal.</summary>
    public void WriteLine(string text) => console.Profile.Out.Writer.WriteLine(text);

    /// <summary>Shows a job while <paramref name="work"/> runs, which reports percent and a few words.</summary>
    public Task ProgressAsync(string title, Func<IProgress<DemoProgress>, Task> work)
        => isRedirected ? LinesAsync(title, work) : BarAsync(title, work);

    private async Task LinesAsync(string title, Func<IProgress<DemoProgress>, Task> work)
    {
        WriteLine($"{title} …");
        await work(new ProgressLines(title, this));
    }

    private Task BarAsync(string title, Func<IProgress<DemoProgress>, Task> work)
        => console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new ProgressBar(title, context.AddTask(Markup.Escape(title)))));

    private sealed class ProgressBar(string title, ProgressTask task) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value)
        {
            task.Value = value.Percent;
            task.Description = Markup.Escape($"{title} {value.Text}");
        }
    }

    /// <summary>A line for each tenth, so that a log stays short.</summary>
    private sealed class ProgressLines(string title, DemoConsole console) : IProgress<DemoProgress>
    {
        private int _tenths;

        public void Report(DemoProgress value)
        {
            if ((int)(value.Percent / 10) > _tenths)
            {
                _tenths = (int)(value.Percent / 10);
                console.WriteLine(FormattableString.Invariant($"{title}: {value.Percent:0}%, {value.Text}"));
            }
        }
    }
}
