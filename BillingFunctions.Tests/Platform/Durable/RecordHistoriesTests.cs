using BillingFunctions.Exports;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using Microsoft.DurableTask.Testing;

namespace BillingFunctions.Tests.Platform.Durable;

/// <summary>Records <c>Histories/</c> anew, on the vendor's engine in memory. Run by itself when a change of what is decided is wanted: docs/decisions/0028-replayed-histories.md.</summary>
public sealed class RecordHistoriesTests
{
    private static readonly InvoicingRun Run = new() { Id = "inv_1", Month = "2026-01", RequestedBy = "test", StartedAt = DateTimeOffset.UnixEpoch };
    private static readonly ExportPlan Plan = new("exp_1", "exports", "customers.csv", ["id"], From: 1_262_304_000, To: 1_767_225_600, false, FormulaHandling.Escape, "a@example.com");

    private readonly HistoryRecorder _recorder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Three pages with a timer between, of which one is tried twice; then, because somebody has asked for it meanwhile, a second generation.</summary>
    [Fact(Explicit = true)]
    public async Task Invoicing_Pages()
    {
        var (adds, finishes) = (0, 0);
        await using var host = await StartInvoicingAsync(
            page => Interlocked.Increment(ref adds) == 2 ? throw new IOException("Storage is out of reach.") : PageAfter(page), () => Interlocked.Increment(ref finishes) == 1 ? 1 : 0);

        await RecordAsync(host, nameof(InvoicingOrchestrator), Run, "pages");
    }

    /// <summary>A page fails each time that it is tried. Takes a minute and a half.</summary>
    [Fact(Explicit = true)]
    public async Task Invoicing_Failed()
    {
        await using var host = await StartInvoicingAsync(page => page.After is null ? PageAfter(page) : throw new IOException("Storage is out of reach."), () => 0);

        await RecordAsync(host, nameof(InvoicingOrchestrator), Run, "failed");
    }

    /// <summary>Stretches of several ranges, of which one is tried twice, and some wait for the rate limit.</summary>
    [Fact(Explicit = true)]
    public async Task Export_Complete()
    {
        var calls = 0;
        await using var host = await StartExportAsync((stretch, fetch) => Interlocked.Increment(ref calls) switch
        {
            2 => throw new IOException("Stripe is out of reach."),
            3 or 7 => Answer.To(stretch, new StretchFetched(StretchEnd.Throttled, stretch.RangeId, "none") { RetryAt = TimeProvider.System.GetUtcNow().AddMilliseconds(50) }),
            _ => Answer.To(stretch, fetch(stretch)),
        });

        await RecordAsync(host, nameof(ExportCustomersOrchestrator), ExportState.Start(Plan), "complete");
    }

    [Fact(Explicit = true)]
    public async Task Export_Refused()
    {
        var calls = 0;
        await using var host = await StartExportAsync((stretch, fetch) => Answer.To(
            stretch, Interlocked.Increment(ref calls) == 6 ? fetch(stretch) with { End = StretchEnd.Refused, Reason = "Stripe refused (401)" } : fetch(stretch)));

        await RecordAsync(host, nameof(ExportCustomersOrchestrator), ExportState.Start(Plan), "refused");
    }

    [Fact(Explicit = true)]
    public async Task Export_Canceled()
    {
        using var canceled = new SemaphoreSlim(0);
        var calls = 0;
        await using var host = await StartExportAsync((stretch, fetch) =>
        {
            if (Interlocked.Increment(ref calls) == 4)
            {
                canceled.Release();
            }

            return Answer.To(stretch, calls < 4 ? fetch(stretch) : new StretchFetched(StretchEnd.Throttled, stretch.RangeId, "none") { RetryAt = TimeProvider.System.GetUtcNow().AddSeconds(1) });
        });

        await RecordAsync(host, nameof(ExportCustomersOrchestrator), ExportState.Start(Plan), "canceled", async id =>
        {
            await canceled.WaitAsync(Token);
            await host.Client.RaiseEventAsync(id, ExportCustomersOrchestrator.CancelEvent, true, Token);
        });
    }

    private async Task RecordAsync(DurableTaskTestHost host, string orchestrator, object input, string name, Func<string, Task>? meanwhile = null)
    {
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, Token);
        await (meanwhile?.Invoke(id) ?? Task.CompletedTask);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        await host.Client.WaitForInstanceCompletionAsync(id, deadline.Token);
        foreach (var (generation, history) in _recorder.HistoriesOf(id).Index())
        {
            history.Write(Path.Combine(ReplayedHistoryTests.Folder, $"{orchestrator}-{name}-{generation + 1}.json"));
        }
    }

    private static InvoicesAdded PageAfter(AddInvoices page)
    {
        var customer = page.After is null ? 1 : int.Parse(page.After[4..], System.Globalization.CultureInfo.InvariantCulture) + 1;
        return new InvoicesAdded($"cus_{customer}", More: customer < 3, 1, 1, 0, TimeSpan.FromMilliseconds(20));
    }

    private Task<DurableTaskTestHost> StartInvoicingAsync(Func<AddInvoices, InvoicesAdded> add, Func<int> furtherStarts) => OrchestrationDriver.StartAsync(
        tasks => tasks.AddInvoicing(
            page => Task.FromResult<object>(Answer.To(page, add(page))), finish => Task.FromResult<object>(Answer.To(finish, new InvoicingFinished(furtherStarts())))),
        _recorder);

    private Task<DurableTaskTestHost> StartExportAsync(Func<FetchStretch, Func<FetchStretch, StretchFetched>, Answer<StretchFetched>> fetch)
    {
        var account = new CustomerListFake(Plan, 1_500, 30_000_000, seed: 7);
        return OrchestrationDriver.StartAsync(
            tasks => tasks.AddExport(stretch => Task.FromResult<object?>(fetch(stretch, account.Fetch)), end => Answer.To(end, end.Status)), _recorder);
    }
}
