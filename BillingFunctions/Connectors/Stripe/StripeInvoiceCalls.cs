using System.Globalization;
using BillingFunctions.Connectors.Invoices;
using BillingFunctions.Platform.Stripe;
using Stripe;

namespace BillingFunctions.Connectors.Stripe;

/// <summary>Makes a draft with one line. Nothing is charged by itself: <c>auto_advance</c> is off, and pending invoice items of the customer stay out.</summary>
public sealed class StripeInvoiceCalls(StripeClients clients)
{
    private const string TaskKey = "billing_task_id";
    private const int DaysUntilDue = 30;

    /// <summary>Stripe's clock and ours may differ.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private InvoiceService Invoices => clients.For(StripeLane.CustomerSync).V1.Invoices;

    /// <summary>Makes the draft, or finishes the one that an earlier attempt has begun, which carries the id of the task.</summary>
    /// <returns>Its id, <c>in_…</c>.</returns>
    internal async Task<string> CreateAsync(InvoiceCall call, CancellationToken cancellationToken)
    {
        var draft = call.Attempt > 0 ? await FindAsync(call, cancellationToken) : null;
        draft ??= await Invoices.CreateAsync(
            new InvoiceCreateOptions
            {
                Customer = call.RemoteCustomerId,
                Currency = call.Order.Currency,
                AutoAdvance = false,
                CollectionMethod = "send_invoice",
                DaysUntilDue = DaysUntilDue,
                PendingInvoiceItemsBehavior = "exclude",
                Description = call.Order.Description,
                Metadata = new Dictionary<string, string> { [TaskKey] = call.TaskId },
            },
            KeyFor(call, "draft"),
            cancellationToken);
        if (draft.Lines?.Data is not [_, ..])
        {
            var line = new InvoiceLineOptions
            {
                Amount = call.Order.Amount,
                Description = call.Order.Description,
                Metadata = new Dictionary<string, string> { [TaskKey] = call.TaskId },
            };
            await Invoices.AddLinesAsync(draft.Id, new InvoiceAddLinesOptions { Lines = [line] }, KeyFor(call, "line"), cancellationToken);
        }

        return draft.Id;
    }

    /// <summary>Listed, because Stripe's search lags behind.</summary>
    private async Task<Invoice?> FindAsync(InvoiceCall call, CancellationToken cancellationToken)
    {
        var listed = new InvoiceListOptions
        {
            Customer = call.RemoteCustomerId,
            Created = new DateRangeOptions { GreaterThanOrEqual = (call.CreatedAt - ClockTolerance).UtcDateTime },
            Limit = 100,
        };
        return await StripeLists.AllAsync(listed, page => Invoices.ListAsync(page, cancellationToken: cancellationToken), cancellationToken)
            .FirstOrDefaultAsync(invoice => invoice.Metadata?.GetValueOrDefault(TaskKey) == call.TaskId, cancellationToken);
    }

    /// <summary>Another key with each attempt, which looks for what the ones before have left: Stripe keeps some failures under a key.</summary>
    private static RequestOptions KeyFor(InvoiceCall call, string step) =>
        new() { IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"invoice-{step}-{call.TaskId}-{call.Attempt}") };
}
