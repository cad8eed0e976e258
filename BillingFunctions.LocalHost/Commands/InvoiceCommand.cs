using System.CommandLine;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>Bills a month.</summary>
internal sealed class InvoiceCommand : ApiCommand
{
    private readonly Argument<string> _month = MonthArgument.Create();

    public InvoiceCommand()
        : base("invoice", "Bills a month that has ended, or joins the run that does. Exit code: 0 done, 2 somebody has to look at some invoices, 1 failed, 130 interrupted.") =>
        Arguments.Add(_month);

    protected override async Task<int> RunAsync(ParseResult line, ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var started = await InvoicingMonth.StartAsync(app, line.GetValue(_month)!, cancellationToken);
        if (await AppHealth.MissingForAsync(app, "invoice_mails", cancellationToken) is { Count: > 0 } missing)
        {
            throw new JobException($"The invoices are being added, but no mail is sent until the app has {string.Join(" and ", missing)}.");
        }

        var month = await started.FinishAsync(app, console, cancellationToken);
        console.WriteLine(month.Summary);
        month.WriteTotals(console);
        return month.NeedsAPerson ? ExitCodes.NeedsAPerson : ExitCodes.Done;
    }
}
