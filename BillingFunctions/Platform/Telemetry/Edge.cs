using System.Diagnostics;
using System.Text.Json.Serialization;

namespace BillingFunctions.Platform.Telemetry;

/// <summary>
/// Names what a call of a function is about. The names go into its trace, into the scope of each line that it logs, and into the line at its end. Outside of a call
/// nothing happens.
/// </summary>
internal static class Edge
{
    /// <summary>The tag with what came of the call.</summary>
    public const string Outcome = "outcome";

    /// <summary>No id is longer. What is longer comes from a caller who has sent something else.</summary>
    private const int MaxValue = 255;

    /// <summary>Names one thing, such as <c>customer_id</c>. Callers choose some of these values: what could pass for another line of the log is replaced.</summary>
    public static void About(string name, string? value) => Activity.Current?.SetTag(name, value is null ? null : OneLine(value));

    /// <summary>Says what came of the call; when nobody does, it is the HTTP status, or <c>done</c>.</summary>
    public static void EndsAs(string outcome) => About(Outcome, outcome);

    /// <summary>Links the call to those that have queued the parts of its message. The one that has queued a message as a whole is its parent anyway.</summary>
    public static void Follows(IEnumerable<string?> traceParents)
    {
        foreach (var cause in traceParents.Distinct())
        {
            if (ActivityContext.TryParse(cause, traceState: null, isRemote: true, out var context))
            {
                Activity.Current?.AddLink(new ActivityLink(context));
            }
        }
    }

    private static string OneLine(string value) =>
        string.Concat(ShortText.Of(value, MaxValue).Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter));
}

/// <summary>A queue message that knows which call has queued it: <see cref="EdgeMiddleware"/> carries on with its trace.</summary>
public abstract record TracedMessage
{
    /// <summary>W3C trace context of that call; null outside of one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
