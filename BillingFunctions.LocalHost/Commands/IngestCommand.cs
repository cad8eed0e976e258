using System.CommandLine;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>Sends a CSV file of customers to the app.</summary>
internal sealed class IngestCommand : ApiCommand
{
    private const int ShownErrors = 20;

    private readonly Argument<FileInfo> _file = new("file.csv")
    {
        Description = "UTF-8, or UTF-16 with a mark; the first line names the columns, of which id and email are required.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only check the file." };
    private readonly Option<string?> _watch = new("--watch") { Description = "Watch an earlier upload instead.", HelpName = "id" };
    private readonly Option<string> _errors = new("--errors") { Description = "Save the rejected rows with what is wrong with each; - for the standard output.", HelpName = "file" };

    public IngestCommand()
        : base("ingest", "Uploads a CSV file of customers. Exit code: 0 all rows accepted, 2 some rejected, 1 failed, 130 interrupted.")
    {
        Arguments.Add(_file.AcceptExistingOnly());
        Options.Add(_dryRun);
        Options.Add(_watch);
        Options.Add(_errors);
        Validators.Add(command => CheckEither(command, _file, _watch, _dryRun));
    }

    protected override Option<string> Download => _errors;

    protected override async Task<int> RunAsync(ParseResult line, ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var started = line.GetValue(_watch) is { } id
            ? await CustomerUpload.ReadAsync(app, id, cancellationToken)
            : await CustomerUpload.StartAsync(app, line.GetValue(_file)!, line.GetValue(_dryRun), cancellationToken);
        var upload = await started.FinishAsync(app, console, cancellationToken);
        console.WriteLine(upload.Summary);
        console.WriteFields(("Id", upload.Id));
        WriteErrors(upload, console);
        await SaveAsync(line, console, file => upload.SaveErrorsAsync(app, file, cancellationToken));

        return upload.Rejected == 0 ? ExitCodes.Done : ExitCodes.NeedsAPerson;
    }

    private static void WriteErrors(CustomerUpload upload, JobConsole console)
    {
        if (upload.Errors.Count > 0)
        {
            console.WriteTable(
                ["Line", "Column", "Value", "What is allowed"],
                upload.Errors.Take(ShownErrors).Select(error => (string[])[$"{error.Line}", error.Column ?? "", error.Value ?? "", error.Message]));
        }

        if (upload.Errors.Count > ShownErrors)
        {
            console.WriteLine("    There are more; --errors saves all.");
        }
    }
}
