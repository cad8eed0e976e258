using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Client;

/// <summary>Which statuses of an existing instance make a start fail.</summary>
internal static class DedupeRule
{
    private static readonly OrchestrationRuntimeStatus[] Unfinished =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Null means the host's default, overridableExistingInstanceStates = NonRunningStates: every unfinished instance.</summary>
    /// <exception cref="ArgumentException">A status is unknown, or the rule could never be met.</exception>
    public static IReadOnlyCollection<OrchestrationRuntimeStatus> Read(IReadOnlyList<string>? statuses)
    {
        if (statuses is null)
        {
            return Unfinished;
        }

        var rule = statuses.Select(Parse).ToHashSet();
        if (rule.Contains(OrchestrationRuntimeStatus.Terminated) && Unfinished.Any(status => !rule.Contains(status)))
        {
            throw new ArgumentException(
                "Invalid dedupe statuses: cannot include 'Terminated' while also allowing reuse of running instances, "
                + "because the running instance would be terminated and then immediately conflict with the dedupe check.",
                nameof(statuses));
        }

        return rule;
    }

    private static OrchestrationRuntimeStatus Parse(string status) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(status, ignoreCase: true, out var parsed)
            ? parsed
            : throw new ArgumentException($"Invalid orchestration runtime status: '{status}' for deduplication.", nameof(status));
}
