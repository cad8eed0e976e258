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
/// time, twice too: a message too many changes nothing, and no more are queued than the queues may hold; the sweeper queues the others.
/// </summary>
public sealed class RetryInvoicesFunctions(MonthlyInvoiceStore store, MonthlyInvoiceList list, BilledCustomers customers)
{
    private const int Parallelism = 16;
    private const int ChunkSize = 100;

    /// <summary>Queues again what has no amount yet.</summary>
    /// <remarks>Safe at any time, twice too.</remarks>
    [Function("RetryLookupsFunction")]
    [ProducesResponseType<RetryAnswer>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> RetryLookupsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_lookups")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        RespondAsync(month, InvoiceStep.Lookup, cancellationToken);

    /// <summary>Queues again the mails that certainly were not delivered.</summary>
    /// <remarks>Safe at any time, twice too.</remarks>
    [Function("RetryEmailsFunction")]
    [ProducesResponseType<RetryAnswer>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> RetryEmailsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_emails")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        RespondAsync(month, InvoiceStep.Email, cancellationToken);

    /// <summary>Goes through the month.</summary>
    /// <returns>How many invoices are being tried again.</returns>
    internal async Task<int> RetryAsync(string month, InvoiceStep step, CancellationToken cancellationToken)
    {
        var retried = 0;
        await foreach (var chunk in list.ListAsync(month, InvoiceTransitions.RetriedBy(step), after: null, cancellationToken).Chunk(ChunkSize).WithCancellation(cancellationToken))
        {
            retried += await store.ReserveCapacityAsync(room => RetryAsync(chunk, step, room, cancellationToken), cancellationToken);
        }

        return retried;
    }

    private async Task<IResult> RespondAsync(string month, InvoiceStep step, CancellationToken cancellationToken) => BillingMonth.TryParse(month, out _)
        ? ApiJson.Ok(new RetryAnswer(await RetryAsync(month, step, cancellationToken)))
        : InvoicingProblems.NotAMonth;

    private async Task<int> RetryAsync(MonthlyInvoice[] chunk, InvoiceStep step, int room, CancellationToken cancellationToken)
    {
        var (retried, open) = (0, step == InvoiceStep.Lookup ? InvoiceStatus.Pending : InvoiceStatus.Priced);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(chunk.Index(), parallel, async (one, token) =>
        {
            var transition = await store.ApplyAsync(one.Item, (invoice, token) => RequestAsync(invoice, step, hasRoom: one.Index < room, token), token);
            if (transition?.Invoice.Status == open)
            {
                Interlocked.Increment(ref retried);
            }
        });
        return retried;
    }

    /// <summary>For a failed one with the customer as it is now: a wrong address or currency is the likeliest reason.</summary>
    private async ValueTask<InvoiceEvent> RequestAsync(MonthlyInvoice invoice, InvoiceStep step, bool hasRoom, CancellationToken cancellationToken) =>
        new RetryRequested(step, invoice.Status.IsFailure() ? await customers.FindAsync(invoice.CustomerId, cancellationToken) : null, hasRoom);

    /// <summary>What a retry came to.</summary>
    /// <param name="Enqueued">How many invoices are being tried again.</param>
    internal sealed record RetryAnswer(int Enqueued);
}
