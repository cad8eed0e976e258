using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Lets a person decide what nobody can know: whether a mail that ended as <c>delivery_unknown</c> was delivered. Called twice, the second call changes nothing.</summary>
public sealed class ResolveInvoiceFunction(MonthlyInvoiceStore store, InvoiceQueues queues, InvoicingRuns runs, TimeProvider time)
{
    private const int MaxBody = 1024;
    private const string Sent = "sent";
    private const string Resend = "resend";

    [Function(nameof(ResolveInvoiceFunction))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/invoices/{customerId}/resolve")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string month,
        string customerId,
        CancellationToken cancellationToken)
    {
        if (!BillingMonth.TryParse(month, out var parsed))
        {
            return InvoicingProblems.NotAMonth;
        }

        if (await ReadOutcomeAsync(request, cancellationToken) is not { } outcome)
        {
            return Problems.Invalid("outcome", $"Allowed are {Sent} and {Resend}.");
        }

        if (await store.FindAsync(month, customerId, cancellationToken) is not { } invoice)
        {
            return Problems.NotFound($"invoice of customer {customerId} for {month}");
        }

        if (invoice.Status != InvoiceStatus.DeliveryUnknown || await TryResolveAsync(invoice, outcome, cancellationToken) is not { } resolved)
        {
            return await ConflictAsync(invoice, cancellationToken);
        }

        await runs.SeeThroughAsync(durable, parsed, Caller.Of(request), cancellationToken);
        return ApiJson.Ok(MonthlyInvoiceView.Of(resolved));
    }

    private async Task<MonthlyInvoice?> TryResolveAsync(MonthlyInvoice invoice, string outcome, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (outcome == Sent)
        {
            return await UpdateAsync(invoice with { Status = InvoiceStatus.Sent, SentAt = now, Reason = "A person has confirmed the delivery." }, cancellationToken);
        }

        // Stored first: a message that comes before would find nothing to do. If the process dies in between, retry_emails queues the invoice.
        var priced = invoice with { Status = InvoiceStatus.Priced, Reason = null, EmailAttempts = 0, QueuedAt = now };
        if (await UpdateAsync(priced, cancellationToken) is not { } resolved)
        {
            return null;
        }

        await queues.EnqueueAsync(new InvoiceEmail(invoice.Month, invoice.CustomerId), delay: null, cancellationToken);
        return resolved;
    }

    /// <summary>When the answer to a write is lost, the write is repeated and then conflicts with itself.</summary>
    private async Task<MonthlyInvoice?> UpdateAsync(MonthlyInvoice changed, CancellationToken cancellationToken) =>
        await store.TryUpdateAsync(changed, cancellationToken)
        ?? (await store.FindAsync(changed.Month, changed.CustomerId, cancellationToken) is { } stored
            && (stored.Status, stored.SentAt, stored.QueuedAt, stored.EmailAttempts) == (changed.Status, changed.SentAt, changed.QueuedAt, changed.EmailAttempts) ? stored : null);

    private async Task<IResult> ConflictAsync(MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        var current = await store.FindAsync(invoice.Month, invoice.CustomerId, cancellationToken) ?? invoice;
        return Problems.Conflict($"The invoice is {current.Status.ToText()}; only one that is {InvoiceStatus.DeliveryUnknown.ToText()} can be resolved.");
    }

    /// <returns>Null when it is not one that is allowed.</returns>
    private static async Task<string?> ReadOutcomeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = JsonBody.Read<ResolveRequest>(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken));
        return body.Outcome is Sent or Resend ? body.Outcome : null;
    }

    /// <param name="Outcome"><c>sent</c>: it was delivered; <c>resend</c>: it was not, or may come twice.</param>
    private sealed record ResolveRequest(string? Outcome = null);
}
