using System.Globalization;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>Drafts at Stripe for our invoices: begins them, finds them again, and finalises them.</summary>
public sealed partial class InvoiceCalls(StripeClients stripe, ShadowCalls shadow, ILogger<InvoiceCalls> logger)
{
    public const string InvoiceKey = "billing_invoice_id";
    public const string PartKey = "billing_invoice_part";

    /// <summary>Stripe wants a term for invoices that are sent; an invoice with a due date gets that when it is closed.</summary>
    private const int DefaultTermInDays = 30;

    private InvoiceService Invoices => stripe.For(StripeLane.ItemSync).V1.Invoices;

    /// <summary>Begins a draft. Nothing is charged by itself: <c>auto_advance</c> is off, and pending invoice items of the customer stay out.</summary>
    /// <param name="customerId">The customer at Stripe, <c>cus_…</c>.</param>
    /// <param name="invoice">Our invoice. A draft beyond its first is linked to that in its metadata.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Its id.</returns>
    internal async Task<string> CreateAsync(string customerId, UsageInvoice invoice, string attempt, CancellationToken cancellationToken)
    {
        var part = PartOf(invoice.StripeInvoices.Count);
        var options = new InvoiceCreateOptions
        {
            Customer = customerId,
            Currency = invoice.Currency,
            AutoAdvance = false,
            CollectionMethod = "send_invoice",
            DaysUntilDue = DefaultTermInDays,
            PendingInvoiceItemsBehavior = "exclude",
            Description = $"Usage {invoice.Period}",
            Metadata = new Dictionary<string, string> { [InvoiceKey] = invoice.Id, [PartKey] = part, ["billing_period"] = invoice.Period },
        };
        if (invoice.StripeInvoices is [var first, ..])
        {
            options.Metadata["billing_continues"] = first.Id;
        }

        var key = IdempotencyKeys.Of("invoice", attempt, new { customerId, invoice.Id, part, invoice.Currency });
        return shadow.AreOn
            ? await shadow.CreateInvoiceAsync(invoice, part, key, cancellationToken)
            : (await Invoices.CreateAsync(options, new RequestOptions { IdempotencyKey = key }, cancellationToken)).Id;
    }

    /// <summary>The draft that a call whose answer was lost may have begun; null when it has not.</summary>
    internal async Task<string?> FindAsync(string customerId, UsageInvoice invoice, CancellationToken cancellationToken)
    {
        if (shadow.AreOn)
        {
            return await shadow.FindInvoiceAsync(invoice, PartOf(invoice.StripeInvoices.Count), cancellationToken);
        }

        var (part, options) = (PartOf(invoice.StripeInvoices.Count), new InvoiceListOptions
        {
            Customer = customerId,
            Created = new DateRangeOptions { GreaterThanOrEqual = invoice.CreatedAt.UtcDateTime.AddMinutes(-5) },
            Limit = 100,
        });
        await foreach (var found in StripeLists.AllAsync(options, page => Invoices.ListAsync(page, cancellationToken: cancellationToken), cancellationToken))
        {
            if (found.Metadata?.GetValueOrDefault(InvoiceKey) == invoice.Id && found.Metadata.GetValueOrDefault(PartKey) == part)
            {
                return found.Id;
            }
        }

        return null;
    }

    /// <summary>The status: <c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>; null when the invoice is gone.</summary>
    internal async Task<string?> StatusOfAsync(string stripeInvoiceId, CancellationToken cancellationToken)
    {
        if (shadow.AreOn)
        {
            return await shadow.StatusOfAsync(stripeInvoiceId, cancellationToken);
        }

        try
        {
            return (await Invoices.GetAsync(stripeInvoiceId, cancellationToken: cancellationToken)).Status;
        }
        catch (StripeException gone) when (gone.StripeError?.Code == "resource_missing")
        {
            return null;
        }
    }

    /// <summary>Sets when a draft is to be paid.</summary>
    internal Task SetDueDateAsync(string stripeInvoiceId, DateTimeOffset dueDate, CancellationToken cancellationToken) => shadow.AreOn
        ? shadow.SetDueDateAsync(stripeInvoiceId, dueDate, cancellationToken)
        : Invoices.UpdateAsync(stripeInvoiceId, new InvoiceUpdateOptions { DueDate = dueDate.UtcDateTime }, cancellationToken: cancellationToken);

    /// <summary>Finalises a draft, and sends it to the customer if that is wanted.</summary>
    internal Task FinalizeAsync(string stripeInvoiceId, Finalization finalization, string attempt, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(finalization == Finalization.Send ? "send" : "finalize", attempt, stripeInvoiceId);
        if (shadow.AreOn)
        {
            return shadow.FinalizeAsync(stripeInvoiceId, finalization, key, cancellationToken);
        }

        var options = new RequestOptions { IdempotencyKey = key };
        return finalization == Finalization.Send
            ? Invoices.SendInvoiceAsync(stripeInvoiceId, requestOptions: options, cancellationToken: cancellationToken)
            : Invoices.FinalizeInvoiceAsync(stripeInvoiceId, new InvoiceFinalizeOptions { AutoAdvance = false }, options, cancellationToken);
    }

    /// <summary>Deletes the drafts of an invoice that is void, or no more. What has been deleted by hand, or finalised, is left as it is.</summary>
    internal async Task DeleteDraftsAsync(UsageInvoice invoice, CancellationToken cancellationToken)
    {
        foreach (var draft in invoice.StripeInvoices)
        {
            try
            {
                await (shadow.AreOn ? shadow.DeleteInvoiceAsync(draft.Id, cancellationToken) : Invoices.DeleteAsync(draft.Id, cancellationToken: cancellationToken));
            }
            catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
            {
                // An empty draft bills nobody.
                Log.NotDeleted(logger, draft.Id, invoice.Id, failure.Reason);
            }
        }
    }

    private static string PartOf(int before) => (before + 1).ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The draft {StripeInvoiceId} of {InvoiceId}, which is deleted or void, is still at Stripe: {Reason}")]
        public static partial void NotDeleted(ILogger logger, string stripeInvoiceId, string invoiceId, string reason);
    }
}
