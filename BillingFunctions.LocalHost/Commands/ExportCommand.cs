using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>Exports the customers to a CSV file in the app's storage.</summary>
internal sealed class ExportCommand : ApiCommand
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly Argument<string?> _target = new("container/prefix")
    {
        Description = "Where the file goes, such as exports/2026. The container must exist; exports does.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _fields = new("--fields") { Description = "The columns, in order, comma-separated, such as id,email,address.country,metadata.plan.", HelpName = "field,field" };
    private readonly Option<DateTimeOffset?> _createdFrom = new("--created-from") { Description = "Only customers created at or after this time; a date is its start in UTC.", HelpName = "time", CustomParser = ParseTime };
    private readonly Option<DateTimeOffset?> _createdTo = new("--created-to") { Description = "Only customers created at or before this time; a date is its start in UTC.", HelpName = "time", CustomParser = ParseTime };
    private readonly Option<string?> _fileName = new("--file-name") { Description = "The file's name. [default: customers-<id>.csv]", HelpName = "name" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace the file if it exists." };
    private readonly Option<bool> _rawFormulas = new("--raw-formulas") { Description = "Leave cells alone that a spreadsheet would run as a formula." };
    private readonly Option<string?> _resume = new("--resume") { Description = "Watch an earlier export instead, and carry it on if it failed.", HelpName = "id" };
    private readonly Option<string> _output = new("--output") { Description = "Save the CSV on this machine, too; - for the standard output.", HelpName = "file" };

    public ExportCommand()
        : base("export", "Exports all Stripe customers to a CSV file. Exit code: 0 done, 1 failed, 130 interrupted.")
    {
        Arguments.Add(_target);
        foreach (var option in (Option[])[_fields, _createdFrom, _createdTo, _fileName, _overwrite, _rawFormulas, _resume, _output])
        {
            Options.Add(option);
        }

        Validators.Add(command => CheckEither(command, _target, _resume, _fields, _createdFrom, _createdTo, _fileName, _overwrite, _rawFormulas));
    }

    protected override Option<string> Download => _output;

    protected override async Task<int> RunAsync(ParseResult line, ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var started = line.GetValue(_resume) is { } id
            ? await ExportRun.ResumeAsync(app, id, cancellationToken)
            : await ExportRun.StartAsync(app, RequestOf(line), cancellationToken);
        var run = await started.FinishAsync(app, console, cancellationToken);
        console.WriteLine(run.Summary);
        console.WriteFields(("Id", run.Id), ("File", run.File!.Path), ("sha256", run.File.Sha256));
        await SaveAsync(line, console, file => run.SaveAsync(app, file, cancellationToken));

        return ExitCodes.Done;
    }

    private ExportRequest RequestOf(ParseResult line) => new(line.GetValue(_target)!)
    {
        Fields = line.GetResult(_fields) is null ? null : [.. line.GetValue(_fields)!.SelectMany(fields => fields.Split(',', StringSplitOptions.TrimEntries))],
        CreatedFrom = line.GetValue(_createdFrom),
        CreatedTo = line.GetValue(_createdTo),
        FileName = line.GetValue(_fileName),
        Overwrite = line.GetValue(_overwrite),
        Formulas = line.GetValue(_rawFormulas) ? "raw" : "escape",
    };

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        result.AddError($"'{text}' is not a time such as 2026-01-31 or 2026-01-31T08:30:00Z.");
        return null;
    }
}
