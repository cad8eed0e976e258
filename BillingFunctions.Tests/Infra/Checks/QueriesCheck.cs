using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BillingFunctions.Tests.Infra.Checks;

/// <summary>Alerts and workbook: they are all there, and ask for what the app writes. A query for a name that nobody writes would be silent for ever.</summary>
internal static partial class QueriesCheck
{
    private static readonly string[] Wanted =
    [
        "failed-jobs", "unsynced-for-an-hour", "unsynced-for-a-day", "webhook-failures", "throttled-calls", "rejected-transitions", "month-not-finished", "health-failing", "sweeper-silent",
    ];

    /// <summary>The names that alerts have in the portal and in the runbook.</summary>
    public static IReadOnlyList<string> DisplayNames(Template main) => [.. Alerts(main).Select(alert => (string)alert["displayName"]!)];

    public static IEnumerable<string> Failures(Template main)
    {
        var alerts = Alerts(main).ToDictionary(alert => (string)alert["name"]!, alert => (string)alert["query"]!);
        var rule = main.Module("alerts").Resources("Microsoft.Insights/scheduledQueryRules").SingleOrDefault();
        if (rule?["properties"]?["actions"]?["actionGroups"] is not JsonArray { Count: > 0 })
        {
            yield return "The alerts tell nobody.";
        }

        foreach (var missing in Wanted.Except(alerts.Keys))
        {
            yield return $"There is no alert {missing}.";
        }

        foreach (var (name, query) in alerts.Select(alert => ($"The alert {alert.Key}", alert.Value)).Concat(Panels(main)))
        {
            foreach (var failure in Failures(main, query))
            {
                yield return $"{name} {failure}";
            }
        }
    }

    private static IEnumerable<JsonNode> Alerts(Template main) => main.Module("alerts").Variable("alerts").AsArray().Select(alert => alert!);

    private static IEnumerable<(string Name, string Query)> Panels(Template main) =>
        from item in JsonNode.Parse((string)main.Module("workbook").Variable("$fxv#0")!)!["items"]!.AsArray()
        where item!["content"]!["query"] is not null
        select ($"The panel {item!["name"]}", (string)item["content"]!["query"]!);

    private static IEnumerable<string> Failures(Template main, string query)
    {
        var health = (string)main.Module("alerts").Variable("health")!;
        (string Kind, IEnumerable<string> Texts, Func<string, bool> IsWritten)[] sources =
        [
            ("metric", query.Contains("AppMetrics", StringComparison.Ordinal) ? Texts(Name(), query) : [], AppFacts.Metrics.Contains),
            ("availability test", query.Contains("AppAvailabilityResults", StringComparison.Ordinal) ? Texts(Name(), query) : [], health.Equals),
            ("line of the log", Texts(Message(), query), text => AppFacts.Messages.Any(message => message.Contains(text, StringComparison.Ordinal))),
            ("route", Texts(Url(), query), AppFacts.Routes.Contains),
        ];
        foreach (var (kind, texts, isWritten) in sources)
        {
            foreach (var text in texts.Where(text => !isWritten(text)))
            {
                yield return $"asks for a {kind} that the app does not have: {text}";
            }
        }

        if (!sources.Any(source => source.Texts.Any()))
        {
            yield return "asks for nothing of the app.";
        }

        foreach (var queue in Texts(Queue(), query).Where(queue => !AppFacts.Queues.Any(name => name.EndsWith(queue, StringComparison.Ordinal))))
        {
            yield return $"asks for a queue that the app does not have: {queue}";
        }
    }

    private static IEnumerable<string> Texts(Regex comparison, string query) =>
        comparison.Matches(query).SelectMany(match => Text().Matches(match.Groups["texts"].Value).Select(text => text.Groups["text"].Value));

    [GeneratedRegex(@"\bName == (?<texts>""[^""]*"")", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bMessage (has|contains|startswith) (?<texts>""[^""]*"")", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Message();

    [GeneratedRegex(@"\bUrl has_any \((?<texts>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();

    [GeneratedRegex(@"Properties\.queue\) (in \(|endswith )(?<texts>""[^"")]*""(, ""[^""]*"")*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Queue();

    [GeneratedRegex(@"""(?<text>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Text();
}
