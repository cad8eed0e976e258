using System.CommandLine;
using System.CommandLine.Invocation;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>The command line: the app's local host, and the commands that are clients of its API.</summary>
internal static class CommandLine
{
    /// <summary>For what a command has started to stop; the host itself takes signals on its own.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromMinutes(1);

    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var root = new ServeCommand { new ExportCommand(), new IngestCommand(), new InvoiceCommand(), new ReportCommand() };
        var line = root.Parse(args);
        if (line.Action is ParseErrorAction refusal)
        {
            refusal.ShowTypoCorrections = false;
        }

        return line.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = line.CommandResult.Command == root ? null : TerminationTimeout,
        });
    }
}
