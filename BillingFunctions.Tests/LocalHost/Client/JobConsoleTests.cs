using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.Tests.LocalHost.Client;

public sealed class JobConsoleTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task ProgressAsync_ManySmallSteps_AreALineForEachTenth()
    {
        await new JobConsole(_output).ProgressAsync("Job", progress =>
        {
            for (var percent = 0; percent <= 100; percent++)
            {
                progress.Report(new JobProgress(percent, "words"));
            }

            return Task.CompletedTask;
        });

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal(("Job …", "Job: 10%, words", "Job: 100%, words"), (lines[0], lines[1], lines[^1]));
    }

    [Fact]
    public void WriteTable_IntoAFile_IsALineForEachRowWithoutControlCharacters()
    {
        new JobConsole(_output).WriteTable(["Line", "What"], [["3", "\e[31mred\a [bold]"], ["4", new string('x', 500)]]);

        Assert.Equal(["Line   What", "3      \uFFFD[31mred\uFFFD [bold]", $"4      {new string('x', 500)}"], _output.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
