using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Lets an operator decide whether a mail that ended as <c>delivery_unknown</c> was delivered. Called twice, the second call changes nothing.</summary>
public sealed class ResolveInvoiceFunction(MonthlyInvoiceStore store)
{
    private const int MaxBody = 1024;
    private const string Sent = "sent";
    private const string Resend = "resend";

    /// <summary>Decides whether a mail that ended as delivery_unknown was delivered.</summary>
    /// <remarks>For a person who has looked into the log of the mail server.</remarks>
    [Function(nameof(ResolveInvoiceFunction))]
    [OperatorAction]
    [Consumes(typeof(ResolveRequest), "application/json")]
    [ProducesResponseType<MonthlyInvoiceView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/invoices/{customerId}/resolve")] HttpRequest request,
        string month,
        string customerId,
        CancellationToken cancellationToken)
    {
        if (!BillingMonth.TryParse(month, out _))
        {
            return InvoicingProblems.NotAMonth;
        }

        if (await ReadOutcomeAsync(request, cancellationToken) is not { } outcome)
        {
            return Problems.Invalid("outcome", $"The value must be {Sent} or {Resend}.");
        }

        customerId = PathSegment.Decode(customerId);
        Edge.About("decision", outcome);
        return await store.ApplyAsync(month, customerId, new DeliveryResolved(outcome == Sent), cancellationToken) switch
        {
            null => Problems.NotFound($"invoice of customer {customerId} for {month}"),
            { IsChanged: true, Invoice: var resolved } => ApiJson.Ok(MonthlyInvoiceView.From(resolved)),
            { Invoice: var other } => Problems.Conflict($"The invoice is {other.Status.ToText()}; only one that is {InvoiceStatus.DeliveryUnknown.ToText()} can be resolved."),
        };
    }

    /// <returns>Null when it is not one that is allowed.</returns>
    private static async Task<string?> ReadOutcomeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = JsonBody.Read<ResolveRequest>(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken));
        return body.Outcome is Sent or Resend ? body.Outcome : null;
    }

    /// <summary>What a person has found out.</summary>
    /// <param name="Outcome"><c>sent</c>: it was delivered; <c>resend</c>: it was not, or may come twice.</param>
    internal sealed record ResolveRequest(string? Outcome = null);
}
