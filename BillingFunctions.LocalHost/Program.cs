using BillingFunctions.LocalHost;

try
{
    var options = LaunchOptions.Parse(args);
    LocalSettings.Load(options.Root, options.Services);
    await using var run = await LocalRun.StartAsync(options);
    await run.WaitAsync();
    return Environment.ExitCode;
}
catch (Exception exception) when (StartupFailures.Lines(exception) is { Count: > 0 } lines)
{
    foreach (var line in lines)
    {
        Console.Error.WriteLine(line);
    }

    return 1;
}
