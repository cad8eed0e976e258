using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>Cuts failures down, so that one with a huge message or an endless chain of causes can always be stored.</summary>
internal static class FailureLimits
{
    private const int MaxText = 8 * 1024;
    private const int MaxDepth = 8;

    public static TaskFailureDetails Trim(this TaskFailureDetails failure) => Trim(failure, MaxDepth);

    private static TaskFailureDetails Trim(TaskFailureDetails failure, int depth) => failure with
    {
        ErrorType = Cut(failure.ErrorType)!,
        ErrorMessage = Cut(failure.ErrorMessage)!,
        StackTrace = Cut(failure.StackTrace),
        InnerFailure = failure.InnerFailure is { } inner && depth > 1 ? Trim(inner, depth - 1) : null,
        Properties = null,
    };

    private static string? Cut(string? text) => text?.Length > MaxText ? string.Concat(text.AsSpan(0, MaxText), "...") : text;
}
