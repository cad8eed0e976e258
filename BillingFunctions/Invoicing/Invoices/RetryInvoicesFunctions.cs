using System.Collections.Concurrent;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// <c>POST /api/invoicing/{yyyy-MM}/retry_lookups</c> and <c>/retry_emails</c>: queue again what is still open, and open again what has failed. May be called at any
/// time, twice too: a message too many changes nothing, and no more are queued than the queues may hold; the sweeper queues the others. With <c>?dry_run=true</c>
/// they only say how many that would be, and how much money.
/// </summary>
public sealed class RetryInvoicesFunctions(MonthlyInvoiceStore store, MonthlyInvoiceList list, BilledCustomers customers)
{
    private const int Parallelism = 16;
    private const int ChunkSize = 100;

    private const string DryRun = "dry_run";

    /// <summary>Queues again what has no amount yet.</summary>
    /// <remarks>Safe at any time, twice too.</remarks>
    [Function("RetryLookupsFunction")]
    [OperatorAction]
    [QueryParameter<bool>(DryRun, "Whether nothing is queued, only counted; false if it is not given.")]
    [ProducesResponseType<RetriedInvoices>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> RetryLookupsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_lookups")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        RespondAsync(request, month, InvoiceStep.Lookup, cancellationToken);

    /// <summary>Queues again the mails that certainly were not delivered.</summary>
    /// <remarks>Safe at any time, twice too.</remarks>
    [Function("RetryEmailsFunction")]
    [OperatorAction]
    [QueryParameter<bool>(DryRun, "Whether nothing is queued, only counted; false if it is not given.")]
    [ProducesResponseType<RetriedInvoices>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> RetryEmailsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_emails")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        RespondAsync(request, month, InvoiceStep.Email, cancellationToken);

    /// <summary>Goes through the month.</summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="step">What is tried again.</param>
    /// <param name="isDryRun">Only count what would be tried again now, and change nothing.</param>
    /// <param name="cancellationToken">Stops it; what is queued stays so.</param>
    internal async Task<RetriedInvoices> RetryAsync(string month, InvoiceStep step, bool isDryRun, CancellationToken cancellationToken)
    {
        var tally = new InvoiceTally();
        await foreach (var chunk in list.ListAsync(month, InvoiceTransitions.RetriedBy(step), after: null, cancellationToken).Chunk(ChunkSize).WithCancellation(cancellationToken))
        {
            tally.Add(isDryRun
                ? chunk.Select(invoice => store.Decide(invoice, new RetryRequested(step, Customer: null, HasRoom: true)).Invoice).Where(invoice => invoice.Status == OpenFor(step))
                : await store.ReserveCapacityAsync(room => RetryAsync(chunk, step, room, cancellationToken), cancellationToken));
        }

        return RetriedInvoices.From(tally.Sum(), isDryRun);
    }

    private async Task<IResult> RespondAsync(HttpRequest request, string month, InvoiceStep step, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, DryRun);
        var isDryRun = QueryParameters.ReadFlag(request, DryRun, errors);
        return errors.Any ? Problems.Invalid(errors)
            : BillingMonth.TryParse(month, out _) ? ApiJson.Ok(await RetryAsync(month, step, isDryRun, cancellationToken))
            : InvoicingProblems.NotAMonth;
    }

    private async Task<IReadOnlyCollection<MonthlyInvoice>> RetryAsync(MonthlyInvoice[] chunk, InvoiceStep step, int room, CancellationToken cancellationToken)
    {
        var retried = new ConcurrentBag<MonthlyInvoice>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(chunk.Index(), parallel, async (one, token) =>
        {
            var transition = await store.ApplyAsync(one.Item, (invoice, token) => RequestAsync(invoice, step, hasRoom: one.Index < room, token), token);
            if (transition?.Invoice.Status == OpenFor(step))
            {
                retried.Add(transition.Invoice);
            }
        });
        return retried;
    }

    /// <summary>For a failed one with the customer as it is now: a wrong address or currency is the likeliest reason.</summary>
    private async ValueTask<InvoiceEvent> RequestAsync(MonthlyInvoice invoice, InvoiceStep step, bool hasRoom, CancellationToken cancellationToken) =>
        new RetryRequested(step, invoice.Status.IsFailure() ? await customers.FindAsync(invoice.CustomerId, cancellationToken) : null, hasRoom);

    /// <summary>The status of an invoice that waits for the step.</summary>
    private static InvoiceStatus OpenFor(InvoiceStep step) => step == InvoiceStep.Lookup ? InvoiceStatus.Pending : InvoiceStatus.Priced;
}

/// <summary>What a call of a hook has queued again, or would.</summary>
/// <param name="Enqueued">How many invoices are being tried again.</param>
/// <param name="Amounts">The sums of their amounts, one a currency, in the order of the currencies; empty before their lookups.</param>
/// <param name="DryRun">Whether they were only counted.</param>
public sealed record RetriedInvoices(int Enqueued, IReadOnlyList<Money> Amounts, bool DryRun)
{
    internal static RetriedInvoices From(InvoiceTotals totals, bool isDryRun) => new(totals.Count, [.. totals.Statuses.SelectMany(status => status.Amounts)], isDryRun);
}
