using System.Collections.Concurrent;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Testing.Drivers;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Tests.Invoicing.Runs;

public sealed class InvoicingOrchestratorTests
{
    private static readonly InvoicingRun New = new() { Id = "inv_1", Month = "2026-01", RequestedBy = "test", StartedAt = DateTimeOffset.UnixEpoch };

    private readonly ConcurrentQueue<InvoicingRun> _ended = [];

    [Fact]
    public async Task Run_AllAdded_Ends()
    {
        await using var host = await StartAsync((_, answer) => answer);

        await host.RunAsync(nameof(InvoicingOrchestrator), New);

        AssertEnded();
    }

    /// <summary>As after a crash: answers to other pages, which would skip customers or end the run early, and signals of timers.</summary>
    [Fact]
    public async Task Run_AnswersOfOrphans_AreDropped()
    {
        var calls = 0;
        await using var host = await StartAsync((_, answer) => (Interlocked.Increment(ref calls) % 3) switch
        {
            0 => answer,
            1 => Answer.To(new AddInvoices(New.Month, New.StartedAt, "cus_9"), new InvoicesAdded("cus_9", More: false, 900, 900, 0, TimeSpan.Zero)),
            _ => calls,
        });

        await host.RunAsync(nameof(InvoicingOrchestrator), New);

        AssertEnded();
    }

    private void AssertEnded()
    {
        var run = Assert.Single(_ended);
        Assert.Equal((InvoicingRunStatus.Completed, null), (run.Status, run.Error));
        Assert.Equal((3, 3, "cus_3"), (run.Customers, run.Added, run.After));
    }

    /// <param name="answer">What comes instead of an activity's answer.</param>
    private Task<DurableTaskTestHost> StartAsync(Func<IRequest, object, object> answer) => OrchestrationDriver.StartAsync(tasks => tasks.AddInvoicing(
        page =>
        {
            var customer = page.After is null ? 1 : int.Parse(page.After[4..], System.Globalization.CultureInfo.InvariantCulture) + 1;
            return Task.FromResult(answer(page, Answer.To(page, new InvoicesAdded($"cus_{customer}", More: customer < 3, 1, 1, 0, TimeSpan.FromMilliseconds(1)))));
        },
        finish =>
        {
            var given = answer(finish, Answer.To(finish, new InvoicingFinished(0)));
            if (given is Answer<InvoicingFinished>)
            {
                _ended.Enqueue(finish.Run);
            }

            return Task.FromResult(given);
        }));
}
