using System.Diagnostics.CodeAnalysis;
using Azure;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace BillingFunctions.LocalHost;

/// <summary>Tells a developer in a line, not in a stack trace, why the app does not start.</summary>
internal static class StartupFailures
{
    /// <summary>The lines to show; empty for a failure that nobody foresaw, whose stack trace is then worth reading.</summary>
    public static IReadOnlyList<string> Lines(Exception exception) => exception switch
    {
        StartupException => [exception.Message],
        OptionsValidationException options => [.. options.Failures],
        TypeInitializationException { InnerException: { } inner } => Lines(inner),
        AggregateException { InnerExceptions: var inner } => [.. inner.SelectMany(Lines)],
        IOException { InnerException: AddressInUseException } => [$"{exception.Message} Choose another port with --port."],
        RequestFailedException storage => [$"Storage refused a request at start: {storage.Message.Split('\n')[0].Trim()} ({storage.Status} {storage.ErrorCode})"],
        _ => [],
    };

    /// <summary>Runs a step of the start; as a program, a foreseen failure ends the process with exit code 1.</summary>
    public static T ExitOnFailure<T>(LocalRun run, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception exception) when (run.IsProgram && Lines(exception) is { Count: > 0 } lines)
        {
            Exit(lines);
            throw;
        }
    }

    /// <summary>Ends the process; children that were started end with it.</summary>
    [DoesNotReturn]
    public static void Exit(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.Error.WriteLine(line);
        }

        Environment.Exit(1);
    }
}
