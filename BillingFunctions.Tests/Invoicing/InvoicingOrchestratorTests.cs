using BillingFunctions.Invoicing;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing;

public sealed class InvoicingOrchestratorTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>A process that is away in the middle of a check must not make the run wait five times as long.</summary>
    [Fact]
    public async Task Run_AwayForAnHourInACheck_ChecksAgainWithinAMinute()
    {
        await using var engines = new Engines { Time = _clock };
        var left = new Queue<InvoiceStatus>([InvoiceStatus.Pending, InvoiceStatus.Sent]);
        var functions = new FakeFunctions()
            .Orchestrator(nameof(InvoicingOrchestrator), InvoicingOrchestrator.RunAsync)
            .Activity<InvoicingState>(nameof(BeginInvoicingActivity), _ => null)
            .Activity<AddInvoices>(nameof(AddInvoicesActivity), _ => new InvoicesAdded(null, More: false, 1, 1, 0, TimeSpan.Zero))
            .Activity<InvoicingEnd>(nameof(FinishInvoicingActivity), _ => null)
            .Activity<string>(nameof(CheckInvoicesActivity), _ =>
            {
                _clock.Advance(TimeSpan.FromHours(1));
                return new InvoicesChecked(new InvoiceTotals([new StatusTotal(left.Dequeue(), 1, [])]), TimeSpan.FromSeconds(1));
            });
        var client = await engines.StartAsync(functions);
        var state = new InvoicingState("inv_1", "2026-01", "test", _clock.GetUtcNow(), OnlyWatches: false);

        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(InvoicingOrchestrator), state, CancellationToken.None);
        await client.UntilAsync(id, _ => left.Count == 1 && _clock.NextTimer is not null);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await client.EndAsync(id)).RuntimeStatus);
        Assert.Equal((0, 1), (left.Count, functions.Runs(nameof(FinishInvoicingActivity))));
    }
}
