using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary><c>POST /api/invoicing/{yyyy-MM}/retry_lookups</c> and <c>/retry_emails</c>.</summary>
public sealed class RetryInvoicesFunctions(InvoiceRetry retry, InvoicingRuns runs)
{
    [Function("RetryLookupsFunction")]
    public Task<IResult> RetryLookupsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_lookups")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string month,
        CancellationToken cancellationToken) => RetryAsync(request, durable, month, InvoiceStep.Lookup, cancellationToken);

    [Function("RetryEmailsFunction")]
    public Task<IResult> RetryEmailsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/retry_emails")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string month,
        CancellationToken cancellationToken) => RetryAsync(request, durable, month, InvoiceStep.Email, cancellationToken);

    private async Task<IResult> RetryAsync(HttpRequest request, DurableTaskClient durable, string month, InvoiceStep step, CancellationToken cancellationToken)
    {
        if (!BillingMonth.TryParse(month, out var parsed))
        {
            return InvoicingProblems.NotAMonth;
        }

        var (enqueued, isDone) = (0, false);
        try
        {
            await foreach (var soFar in retry.RetryAsync(month, step, cancellationToken))
            {
                var isFirst = enqueued == 0 && soFar > 0;
                enqueued = soFar;
                if (isFirst)
                {
                    await runs.SeeThroughAsync(durable, parsed, Caller.Of(request), cancellationToken);
                }
            }

            isDone = true;
        }
        finally
        {
            // Whoever began to watch may have ended with what was open then; and what was opened again before a failure has to be seen through as well.
            if (enqueued > 0 || !isDone)
            {
                await runs.SeeThroughAsync(durable, parsed, Caller.Of(request), CancellationToken.None);
            }
        }

        return ApiJson.Ok(new RetryAnswer(enqueued));
    }

    /// <param name="Enqueued">How many invoices are being tried again.</param>
    private sealed record RetryAnswer(int Enqueued);
}
