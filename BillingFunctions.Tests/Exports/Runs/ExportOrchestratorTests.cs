using System.Collections.Concurrent;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Tests.Exports.Runs;

public sealed class ExportOrchestratorTests
{
    private static readonly ExportPlan Plan = new("exp_1", "exports", "customers.csv", ["id"], From: 1_262_304_000, To: 1_767_225_600, false, FormulaHandling.Escape, "a@example.com");

    private readonly CustomerListFake _account = new(Plan, 2_500, 30_000_000, seed: 7);
    private readonly ConcurrentQueue<ExportEnd> _ends = [];
    private List<string> _file = [];

    [Fact]
    public async Task Run_AnswersComeInAnyOrder_EachCustomerOnce()
    {
        await using var host = await StartAsync(FetchLateAsync);

        await RunAsync(host, ExportState.Start(Plan));

        AssertComplete();
    }

    /// <summary>
    /// After a crash answers come to what another decision had asked: other ranges under the same ids, whose customers are staged as well. Such decisions are made here by
    /// runs beforehand; what they were answered comes in place of every third answer, and a timer's signal or nothing now and then.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_AnswersOfOrphans_EachCustomerOnce(int seed)
    {
        var orphans = Orphans();
        var random = new Random(seed);
        var asked = new Dictionary<(int Range, int Page), int>();
        await using var host = await StartAsync(async stretch =>
        {
            var answer = await FetchLateAsync(stretch);
            lock (random)
            {
                // Ten wrong answers in a row end the run, which chance brings about now and then; the sixth is right.
                var times = asked[(stretch.RangeId, stretch.Page)] = asked.GetValueOrDefault((stretch.RangeId, stretch.Page)) + 1;
                return times % 6 == 0 ? answer : random.Next(9) switch
                {
                    0 or 1 or 2 => orphans[random.Next(orphans.Count)],
                    3 => random.Next(100),
                    4 => null,
                    _ => answer,
                };
            }
        });

        await RunAsync(host, ExportState.Start(Plan));

        AssertComplete();
    }

    [Fact]
    public async Task Run_OrphanOfTheStretchItself_CountsOnce()
    {
        // Both have done the same work. Whichever answer comes first is taken, with its own blocks.
        await using var host = await StartAsync(stretch =>
        {
            _account.Fetch(stretch);
            return FetchLateAsync(stretch with { MaxPages = stretch.MaxPages + 1 });
        });

        await RunAsync(host, ExportState.Start(Plan));

        AssertComplete();
    }

    [Fact]
    public async Task Run_Throttled_WaitsWithATimerAndGoesOn()
    {
        var throttled = 0;
        await using var host = await StartAsync(async stretch => Interlocked.Increment(ref throttled) % 5 == 0
            ? Answer.To(stretch, new StretchFetched(StretchEnd.Throttled, stretch.RangeId, "none") { RetryAt = TimeProvider.System.GetUtcNow().AddMilliseconds(50) })
            : await FetchLateAsync(stretch));

        await RunAsync(host, ExportState.Start(Plan));

        AssertComplete();
        Assert.True(_ends.Single().State.ThrottledMs > 0);
    }

    [Fact]
    public async Task Run_Refused_FailsWithWhatWasReadAndCanBeResumed()
    {
        var calls = 0;
        await using var host = await StartAsync(async stretch => Interlocked.Increment(ref calls) == 20
            ? Answer.To(stretch, _account.Fetch(stretch) with { End = StretchEnd.Refused, Reason = "Stripe refused (401)" })
            : await FetchLateAsync(stretch));

        await RunAsync(host, ExportState.Start(Plan));
        var failed = Assert.Single(_ends);
        Assert.Equal((ExportStatus.Failed, "Stripe refused (401)"), (failed.Status, failed.Error));
        _ends.Clear();
        await RunAsync(host, failed.State);

        Assert.Equal(_account.All.Select(customer => customer.Id), _file);
    }

    [Fact]
    public async Task Run_Canceled_EndsWithoutAFile()
    {
        var (calls, id) = (0, "");
        DurableTaskTestHost? host = null;
        host = await StartAsync(async stretch =>
        {
            if (Interlocked.Increment(ref calls) == 5)
            {
                await host!.Client.RaiseEventAsync(id, ExportCustomersOrchestrator.CancelEvent, true, TestContext.Current.CancellationToken);
            }

            return await FetchLateAsync(stretch);
        });
        await using var stopped = host;
        id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(ExportCustomersOrchestrator), ExportState.Start(Plan), TestContext.Current.CancellationToken);

        await host.EndAsync(id);

        Assert.Equal(ExportStatus.Canceled, Assert.Single(_ends).Status);
        Assert.Empty(_file);
    }

    private static async Task RunAsync(DurableTaskTestHost host, ExportState state)
    {
        var ended = await host.RunAsync(nameof(ExportCustomersOrchestrator), state);
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{ended.RuntimeStatus}: {ended.FailureDetails}");
    }

    private void AssertComplete()
    {
        var end = Assert.Single(_ends);
        Assert.Equal((ExportStatus.Completed, (long)_account.All.Count, 100.0), (end.Status, end.State.Rows, end.State.Percent));
        Assert.Equal(_account.All.Select(customer => customer.Id), _file);
    }

    private async Task<object?> FetchLateAsync(FetchStretch stretch)
    {
        var fetched = _account.Fetch(stretch);
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20)), TimeProvider.System, TestContext.Current.CancellationToken);
        return Answer.To(stretch, fetched);
    }

    /// <summary>The answers of runs which decided otherwise, as their answers came in other orders.</summary>
    private List<object> Orphans()
    {
        var answers = new List<object>();
        for (var seed = 1; seed <= 3; seed++)
        {
            ExportStateTests.Run(ExportState.Start(Plan), new Random(seed), stretch =>
            {
                var fetched = _account.Fetch(stretch);
                answers.Add(Answer.To(stretch, fetched));
                return fetched;
            });
        }

        return answers;
    }

    private Task<DurableTaskTestHost> StartAsync(Func<FetchStretch, Task<object?>> fetch) => OrchestrationDriver.StartAsync(tasks => tasks.AddExport(fetch, end =>
    {
        _ends.Enqueue(end);
        _file = end.Status == ExportStatus.Completed ? [.. _account.FileOf(Plan.RunId, end.State.Staged())] : _file;
        return Answer.To(end, end.Status);
    }));
}
