using Azure;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost;

/// <summary>Tells in a line, not in a stack trace, why the app does not start or a command fails.</summary>
internal static class Failures
{
    /// <summary>The lines to show; empty for a failure that nobody foresaw, whose stack trace is then worth reading.</summary>
    public static IReadOnlyList<string> Lines(Exception exception) => exception switch
    {
        StartupException => [exception.Message],
        JobException job => [job.Message, .. job.Details.Select(detail => $"    {detail}")],
        TypeInitializationException { InnerException: { } inner } => Lines(inner),
        AggregateException { InnerExceptions: var inner } => [.. inner.SelectMany(Lines)],
        RequestFailedException storage => [$"Storage refused a request at start: {storage.Message.Split('\n')[0].Trim()} ({storage.Status} {storage.ErrorCode})"],
        _ => [],
    };
}
