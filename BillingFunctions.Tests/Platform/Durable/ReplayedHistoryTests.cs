using BillingFunctions.Exports.Runs;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Tests.Architecture;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Platform.Durable;

/// <summary>Orchestrations that are under way when the app is replaced go on: today's orchestrators decide what they decided when <c>Histories/</c> was recorded. See docs/decisions/0028-replayed-histories.md.</summary>
public sealed class ReplayedHistoryTests
{
    private static readonly Dictionary<string, Func<RecordedHistory, string?>> Orchestrators = new()
    {
        [nameof(ExportCustomersOrchestrator)] = history => history.FindDeviation<ExportState>(ExportCustomersOrchestrator.RunAsync),
        [nameof(InvoicingOrchestrator)] = history => history.FindDeviation<InvoicingRun>(InvoicingOrchestrator.RunAsync),
    };

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>A file is named as its orchestrator and what it tells.</summary>
    internal static string Folder { get; } = Path.Combine(Repository.Root, "BillingFunctions.Tests", "Platform", "Durable", "Histories");

    [Theory]
    [MemberData(nameof(Files))]
    public void Orchestrator_RecordedHistory_DecidesTheSame(string file) =>
        Assert.Null(Orchestrators[file.Split('-')[0]](RecordedHistory.Read(Path.Combine(Folder, file))));

    [Fact]
    public void Histories_EachOrchestrator_IsThereWithTimersFailuresAndGenerations()
    {
        var named = typeof(InvoicingOrchestrator).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(OrchestrationTriggerAttribute), inherit: false))).Select(method => method.DeclaringType!.Name);
        Assert.Equal(named.Order(StringComparer.Ordinal), Orchestrators.Keys.Order(StringComparer.Ordinal));
        foreach (var orchestrator in Orchestrators.Keys)
        {
            var histories = Directory.GetFiles(Folder, $"{orchestrator}-*.json").Select(RecordedHistory.Read).ToList();
            Assert.Contains(histories, history => history.Runs > 5);
            Assert.Contains(histories.SelectMany(history => history.Decisions), decision => decision.Contains("createTimer", StringComparison.Ordinal));
        }

        Assert.Contains(Recorded("pages").Decisions, decision => decision.Contains("ORCHESTRATION_STATUS_CONTINUED_AS_NEW", StringComparison.Ordinal));
    }

    /// <summary>What an orchestrator does besides its decisions may change.</summary>
    [Fact]
    public void Replay_AnotherStatus_IsTheSame() => Assert.Null(Recorded("pages").FindDeviation<InvoicingRun>(context =>
    {
        context.SetCustomStatus("new");
        return InvoicingOrchestrator.RunAsync(context);
    }));

    [Fact]
    public void Replay_OneDecisionMore_IsRefused() => Assert.Contains("Run 0", Recorded("pages").FindDeviation<InvoicingRun>(async context =>
    {
        await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
        await InvoicingOrchestrator.RunAsync(context);
    }), StringComparison.Ordinal);

    /// <summary>As if pages were added without their pace: the first run is the same, what comes of the second was recorded otherwise.</summary>
    [Fact]
    public void Replay_ATimerLess_IsRefused() => Assert.Contains("Run 1", Recorded("pages").FindDeviation<InvoicingRun>(async context =>
    {
        var run = context.GetInput<InvoicingRun>()!;
        for (var more = true; more;)
        {
            var page = await context.AskAsync<InvoicesAdded>(nameof(AddInvoicesActivity), new AddInvoices(run.Month, run.StartedAt, run.After), RetryPolicies.Storage);
            (run, more) = (run.With(page), page.More);
        }
    }), StringComparison.Ordinal);

    /// <summary>An instance that was under way when the order of its steps changed: the engine says so.</summary>
    [Fact]
    public void Replay_AnotherOrder_IsRefused() => Assert.Contains("Run 0", Recorded("pages").FindDeviation<InvoicingRun>(async context =>
    {
        var run = context.GetInput<InvoicingRun>()!;
        await context.AskAsync<InvoicingFinished>(nameof(FinishInvoicingActivity), new FinishInvoicing(run), RetryPolicies.Storage);
        await InvoicingOrchestrator.RunAsync(context);
    }), StringComparison.Ordinal);

    private static RecordedHistory Recorded(string name) => RecordedHistory.Read(Path.Combine(Folder, $"{nameof(InvoicingOrchestrator)}-{name}-1.json"));
}
