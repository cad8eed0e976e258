using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Platform.Explaining;

/// <summary>
/// What has happened to a thing, as text in the thing's own row: a line of JSON for each moment, oldest first. It is written together with the state that it tells of, so
/// that neither a crash nor a lost answer leaves one without the other, and costs no call to storage.
/// </summary>
internal static class Journal
{
    /// <summary>Characters. A column of a table holds 32,768; beyond this the oldest moments but the first are left out.</summary>
    private const int MaxLength = 16_000;

    private const int MaxDetail = 500;

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The id of the present call, see <see cref="TimelineEntry.CallId"/>.</summary>
    public static string? CallId => Activity.Current is { IdFormat: ActivityIdFormat.W3C, TraceId: var trace } ? trace.ToString() : null;

    /// <summary>The journal with more moments.</summary>
    public static string? With(string? journal, params IEnumerable<Moment> moments)
    {
        var lines = moments.Select(moment => JsonSerializer.Serialize(moment with { Detail = moment.Detail is { } detail ? ShortText.Of(detail, MaxDetail) : null }, Options)).ToList();
        return lines.Count == 0 ? journal : Shorten(string.Join('\n', journal is null ? lines : lines.Prepend(journal)));
    }

    /// <summary>The moments, oldest first.</summary>
    public static IReadOnlyList<Moment> Read(string? journal) =>
        journal is null ? [] : [.. journal.Split('\n').Select(line => JsonSerializer.Deserialize<Moment>(line, Options)!)];

    private static string Shorten(string journal)
    {
        while (journal.Length > MaxLength)
        {
            var first = journal.IndexOf('\n', StringComparison.Ordinal);
            journal = journal.Remove(first, journal.IndexOf('\n', first + 1) - first);
        }

        return journal;
    }
}

/// <summary>Something that happened to a thing. Stored: names are short, since there is one in each row.</summary>
/// <param name="Time">Unix time in milliseconds.</param>
/// <param name="What">What happened, in words of the thing's capability. Stored by name: never rename.</param>
internal sealed record Moment([property: JsonPropertyName("t")] long Time, [property: JsonPropertyName("w")] string What)
{
    /// <summary>The status that it led to.</summary>
    [JsonPropertyName("s")]
    public string? Status { get; init; }

    /// <summary>The reason, or what else is known.</summary>
    [JsonPropertyName("d")]
    public string? Detail { get; init; }

    /// <summary>See <see cref="TimelineEntry.Attempt"/>.</summary>
    [JsonPropertyName("n")]
    public int? Attempt { get; init; }

    /// <summary>See <see cref="TimelineEntry.CallId"/>.</summary>
    [JsonPropertyName("c")]
    public string? CallId { get; init; }

    /// <summary>See <see cref="TimelineEntry.StripeRequestId"/>.</summary>
    [JsonPropertyName("r")]
    public string? StripeRequestId { get; init; }

    /// <summary>See <see cref="TimelineEntry.ReplyCode"/>.</summary>
    [JsonPropertyName("a")]
    public int? ReplyCode { get; init; }

    /// <summary>A moment in the present call.</summary>
    public static Moment Now(DateTimeOffset now, string what) => new(now.ToUnixTimeMilliseconds(), what) { CallId = Journal.CallId };

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Time);

    /// <summary>The moment as an entry of a timeline.</summary>
    /// <param name="step">What kind of moment it was.</param>
    /// <param name="what">What happened, for a person.</param>
    public TimelineEntry ToEntry(TimelineStep step, string what) =>
        new(At, step, what) { Detail = Detail, Attempt = Attempt, CallId = CallId, StripeRequestId = StripeRequestId, ReplyCode = ReplyCode };
}
