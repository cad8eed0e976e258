using System.CommandLine;
using System.CommandLine.Parsing;
using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>A client of the API: of an app that runs already, or of one that is started for it and stopped at the end.</summary>
internal abstract class ApiCommand : Command
{
    private readonly Option<Uri> _url = new("--url")
    {
        Description = "An app that runs already, such as http://127.0.0.1:7071. Without it one is started on a free port, and stopped at the end.",
        CustomParser = ParseAddress,
    };

    private readonly Option<string> _key = new("--key") { Description = $"The function key of that app. [default: the environment variable {ApiClient.KeyVariable}]" };

    protected ApiCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(_url);
        Options.Add(_key);
        Validators.Add(RefuseWhatIsNotUsed);
        SetAction(ConnectAsync);
    }

    /// <summary>Does the job.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="JobException">It was not done.</exception>
    protected abstract Task<int> RunAsync(ParseResult line, ApiClient app, JobConsole console, CancellationToken cancellationToken);

    /// <summary>The option that says where a download of the command goes; null when there is none.</summary>
    protected virtual Option<string>? Download => null;

    /// <summary>Saves the download, if it is asked for.</summary>
    protected async Task SaveAsync(ParseResult line, JobConsole console, Func<OutputFile, Task> save)
    {
        if (TargetOf(line) is { } target)
        {
            await save(target);
            console.WriteFields(("Saved", target.IsStandardOutput ? "to the standard output" : target.Path));
        }
    }

    /// <summary>Adds an error unless there is either what a new job takes or the option that names an earlier one, which takes no <paramref name="ofNew"/>.</summary>
    protected static void CheckEither(CommandResult command, Argument argument, Option earlier, params IEnumerable<Option> ofNew)
    {
        var isEarlier = command.GetResult(earlier) is not null;
        if (isEarlier == command.GetResult(argument) is { Tokens.Count: > 0 })
        {
            command.AddError($"{command.Command.Name} takes either <{argument.Name}> or {earlier.Name}.");
        }

        AddErrors(command, isEarlier ? ofNew : [], $"is of no use with {earlier.Name}");
    }

    private async Task<int> ConnectAsync(ParseResult line, CancellationToken interrupt)
    {
        // The standard output may be wanted for the download alone.
        var console = new JobConsole(TargetOf(line) is { IsStandardOutput: true } ? line.InvocationConfiguration.Error : line.InvocationConfiguration.Output);
        if (line.GetValue(_url) is { } address)
        {
            using var app = ApiClient.Connect(address, line.GetValue(_key) ?? Environment.GetEnvironmentVariable(ApiClient.KeyVariable));
            return await RunUntilInterruptedAsync(line, app, console, "goes on in the app", $" --url {address}", interrupt);
        }

        var options = LaunchOptions.From(line) with { Port = 0, Demo = false, Quiet = true };
        LocalSettings.Load(options.Root, options.Services);
        console.WriteLine("Starting the app …");
        await using var run = await LocalRun.StartAsync(options);
        try
        {
            console.WriteFields([.. run.Local.Services.Select(service => (service.Name, service.Where))]);
            using var app = run.Connect();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupt, run.Stopping);
            return await RunUntilInterruptedAsync(line, app, console, "goes on when the app runs again", "", either.Token);
        }
        finally
        {
            await run.StopAsync();
        }
    }

    private async Task<int> RunUntilInterruptedAsync(ParseResult line, ApiClient app, JobConsole console, string fate, string options, CancellationToken interrupt)
    {
        try
        {
            return await RunAsync(line, app, console, interrupt);
        }
        catch (Exception exception) when (interrupt.IsCancellationRequested && exception is OperationCanceledException or JobException)
        {
            // An app that was started here and has stopped by itself has set the exit code.
            if (Environment.ExitCode != ExitCodes.Done)
            {
                throw new JobException("The app has stopped.", exception);
            }

            console.WriteLine(app.Watched is { } job ? $"Interrupted. What was begun {fate}; watch it with: {job.CommandLine}{options}" : "Interrupted.");
            return ExitCodes.Interrupted;
        }
    }

    private OutputFile? TargetOf(ParseResult line) => Download is not null && line.GetValue(Download) is { } path ? new OutputFile(path) : null;

    private static Uri? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        result.AddError($"--url takes an address such as http://127.0.0.1:7071, not '{text}'.");
        return null;
    }

    /// <summary>An option that would have no effect is a mistake, and better noticed.</summary>
    private void RefuseWhatIsNotUsed(CommandResult command)
    {
        var isRunning = command.GetResult(_url) is not null;
        AddErrors(command, isRunning ? [LaunchOptions.AppOption, LaunchOptions.NoServicesOption] : [], $"is of no use with {_url.Name}");
        AddErrors(command, isRunning ? [] : [_key], $"needs {_url.Name}");
        AddErrors(command, command.Parent is CommandResult { Command: var root } ? root.Options.Where(option => option is { Recursive: false }) : [], $"is of no use with {Name}");
    }

    private static void AddErrors(CommandResult command, IEnumerable<Option> options, string error)
    {
        foreach (var option in options.Where(option => command.GetResult(option) is { Implicit: false }))
        {
            command.AddError($"{option.Name} {error}.");
        }
    }
}
