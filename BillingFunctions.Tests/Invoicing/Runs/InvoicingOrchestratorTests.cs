using System.Collections.Concurrent;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Testing.Drivers;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Tests.Invoicing.Runs;

public sealed class InvoicingOrchestratorTests
{
    private static readonly InvoicingState State = new("inv_1", "2026-01", "test", DateTimeOffset.UnixEpoch, OnlyWatches: false);

    private readonly ConcurrentQueue<InvoicingEnd> _ends = [];

    [Fact]
    public async Task Run_AllAddedAndSent_FinishesWithTheSums()
    {
        await using var host = await StartAsync((_, answer) => answer);

        await host.RunAsync(nameof(InvoicingOrchestrator), State);

        AssertFinished();
    }

    /// <summary>As after a crash: answers to other pages and checks, which would skip customers or end the run early, and signals of timers.</summary>
    [Fact]
    public async Task Run_AnswersOfOrphans_AreDropped()
    {
        var calls = 0;
        await using var host = await StartAsync((request, answer) => (Interlocked.Increment(ref calls) % 3) switch
        {
            0 => answer,
            1 when request is CheckInvoices => Answer.To(new CheckInvoices(State.Month, 99), Checked(InvoiceStatus.Sent)),
            1 => Answer.To(new AddInvoices(State.Month, State.StartedAt, "cus_9"), new InvoicesAdded("cus_9", More: false, 900, 900, 0, TimeSpan.Zero)),
            _ => calls,
        });

        await host.RunAsync(nameof(InvoicingOrchestrator), State);

        AssertFinished();
    }

    private void AssertFinished()
    {
        var end = Assert.Single(_ends);
        Assert.Null(end.Error);
        Assert.Equal((3, 3, 2), (end.State.Customers, end.State.Added, end.State.Checks));
        Assert.Equal(1, end.State.Totals!.CountOf(InvoiceStatus.Sent));
    }

    private static InvoicesChecked Checked(InvoiceStatus status) => new(new InvoiceTotals([new StatusTotal(status, 1, [])]), TimeSpan.FromMilliseconds(1));

    /// <param name="answer">What comes instead of an activity's answer.</param>
    private Task<DurableTaskTestHost> StartAsync(Func<IRequest, object, object> answer) => OrchestrationDriver.StartAsync(tasks => tasks
        .AddOrchestratorFunc<InvoicingState>(nameof(InvoicingOrchestrator), (context, _) => InvoicingOrchestrator.RunAsync(context))
        .AddActivityFunc<BeginInvoicing, object>(nameof(BeginInvoicingActivity), (_, begin) => answer(begin, Answer.To(begin, InvoicingRunStatus.Running)))
        .AddActivityFunc<AddInvoices, object>(nameof(AddInvoicesActivity), (_, page) =>
        {
            var customer = page.After is null ? 1 : int.Parse(page.After[4..], System.Globalization.CultureInfo.InvariantCulture) + 1;
            return answer(page, Answer.To(page, new InvoicesAdded($"cus_{customer}", More: customer < 3, 1, 1, 0, TimeSpan.FromMilliseconds(1))));
        })
        .AddActivityFunc<CheckInvoices, object>(
            nameof(CheckInvoicesActivity), (_, check) => answer(check, Answer.To(check, Checked(check.Number == 0 ? InvoiceStatus.Pending : InvoiceStatus.Sent))))
        .AddActivityFunc<InvoicingEnd, object>(nameof(FinishInvoicingActivity), (_, end) =>
        {
            var given = answer(end, Answer.To(end, InvoicingRunStatus.Completed));
            if (given is Answer<InvoicingRunStatus>)
            {
                _ends.Enqueue(end);
            }

            return given;
        }));
}
