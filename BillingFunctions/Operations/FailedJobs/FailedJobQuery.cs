using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>The query parameters that choose failed jobs.</summary>
internal static class FailedJobQuery
{
    public const string Queue = "queue";
    public const string Error = "error";
    public const string Id = "id";

    public const string AboutQueue = "Only jobs of this queue.";
    public const string AboutError = "Only jobs whose error has this in it, in capital or small letters.";
    public const string AboutId = "Only jobs whose job_id, or whose own id, has this in it.";

    public static IReadOnlyList<string> Names { get; } = [Queue, Error, Id];

    /// <summary>Reads them. What is wrong with one goes to <paramref name="errors"/>.</summary>
    public static FailedJobFilter Read(HttpRequest request, FieldErrors errors)
    {
        var filter = new FailedJobFilter(QueryParameters.ReadText(request, Queue, errors), QueryParameters.ReadText(request, Error, errors), QueryParameters.ReadText(request, Id, errors));
        if (filter.Queue is { } queue && !FailedJobStore.IsQueue(queue))
        {
            errors.Add(Queue, "The value must be the name of a queue: 3 to 63 lower-case letters, digits and hyphens.");
        }

        return filter;
    }
}
