using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Commands;

try
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}
catch (Exception exception) when (Failures.Lines(exception) is { Count: > 0 } lines)
{
    foreach (var line in lines)
    {
        Console.Error.WriteLine(line);
    }

    return ExitCodes.Failed;
}
