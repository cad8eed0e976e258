using System.Text;
using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>The stored form of a history must stay readable: instances outlive the version that began them.</summary>
public sealed class HistoryJsonTests
{
    private const string Stored =
        """{"at":"2026-03-01T00:00:00+00:00","beginning":{"input":"{\"a\":\"ü\"}","carried":[],"outgoing":[],"seen":{}},"received":[{"kind":"eventRaised","name":"go","input":"1"},{"kind":"timerFired","id":3}],"decisions":[{"kind":"activityScheduled","name":"Fetch"},{"kind":"timerCreated","dueAt":"2026-03-02T00:00:00+00:00","id":1}],"customStatus":"\"x\""}""";

    [Fact]
    public void Write_Step_HasTheStoredForm() => Assert.Equal(Stored + "\n", Encoding.UTF8.GetString(HistoryJson.Write(Step())));

    [Fact]
    public void ReadAll_StoredForm_GivesTheStep()
    {
        var step = Assert.Single(HistoryJson.ReadAll(Encoding.UTF8.GetBytes(Stored + "\n")));

        Assert.Equal(Step().Received, step.Received);
        Assert.Equal(Step().Decisions, step.Decisions);
        Assert.Equal("{\"a\":\"ü\"}", step.Beginning!.Input);
    }

    [Fact]
    public void ReadAll_StepWithoutDecisions_KeepsPlayedApartFromHeld()
    {
        byte[] lines =
        [
            .. HistoryJson.Write(new HistoryStep { At = DateTimeOffset.UnixEpoch, Decisions = [] }),
            .. HistoryJson.Write(new HistoryStep { At = DateTimeOffset.UnixEpoch }),
        ];

        var steps = HistoryJson.ReadAll(lines);

        Assert.Empty(steps[0].Decisions!);
        Assert.Null(steps[1].Decisions);
    }

    [Fact]
    public void Trim_EndlessCausesAndHugeTexts_Fits()
    {
        var failure = new TaskFailureDetails("T", new string('m', 1_000_000), new string('s', 1_000_000), null, null);
        for (var i = 0; i < 100; i++)
        {
            failure = failure with { InnerFailure = failure };
        }

        var step = new HistoryStep { At = DateTimeOffset.UnixEpoch, Received = [new TaskFailed(0, failure.Trim())] };

        Assert.InRange(HistoryJson.Write(step).Length, 1, 200_000);
    }

    private static HistoryStep Step() => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        Beginning = new Beginning { Input = "{\"a\":\"ü\"}" },
        Received = [new EventRaised("go", "1"), new TimerFired(3)],
        Decisions = [new ActivityScheduled(0, "Fetch", null), new TimerCreated(1, new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero))],
        CustomStatus = "\"x\"",
    };
}
