using System.CommandLine;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>Tells how a month stands.</summary>
internal sealed class ReportCommand : ApiCommand
{
    private readonly Argument<string> _month = MonthArgument.Create();
    private readonly Option<string> _output = new("--output") { Description = "Save the report of all invoices as CSV; - for the standard output.", HelpName = "file" };

    public ReportCommand()
        : base("report", "Shows a month's invoices in sum. Exit code: 0 all is well, 2 somebody has to look at something, 1 failed.")
    {
        Arguments.Add(_month);
        Options.Add(_output);
    }

    protected override Option<string> Download => _output;

    protected override async Task<int> RunAsync(ParseResult line, ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var month = await InvoicingMonth.ReadAsync(app, line.GetValue(_month)!, cancellationToken);
        console.WriteLine(month.Summary);
        month.WriteTotals(console);
        await SaveAsync(line, console, file => month.SaveAsync(app, file, cancellationToken));

        return month.NeedsAPerson ? ExitCodes.NeedsAPerson : ExitCodes.Done;
    }
}
