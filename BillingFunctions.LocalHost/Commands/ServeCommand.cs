using System.CommandLine;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Demo;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>Without a command: runs the app until Ctrl+C, and plays its main jobs on sample data.</summary>
internal sealed class ServeCommand : RootCommand
{
    public ServeCommand()
        : base("Runs the app on this machine with what it needs, or does one job with it and ends.")
    {
        Options.Add(LaunchOptions.PortOption);
        Options.Add(LaunchOptions.NoDemoOption);
        Options.Add(LaunchOptions.NoServicesOption);
        Options.Add(LaunchOptions.AppOption);
        Options.Add(LaunchOptions.RootOption);
        SetAction((line, _) => RunAsync(LaunchOptions.From(line), line.InvocationConfiguration.Output));
    }

    private static async Task<int> RunAsync(LaunchOptions options, TextWriter output)
    {
        LocalSettings.Load(options.Root, options.Services);
        await using var run = await LocalRun.StartAsync(options);
        run.Announce();
        using var client = run.Connect();
        var playing = options.Demo && run.Local.HasSampleData
            ? Demonstration.RunAsync(Demonstration.StepsFor(run, options.Root), client, new JobConsole(output), run.Stopping)
            : Task.CompletedTask;
        await run.WaitAsync();
        await playing;
        return Environment.ExitCode;
    }
}
