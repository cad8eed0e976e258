using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Invoices;

/// <summary><c>POST /api/v1/task/create/invoice</c>: an invoice with one line, in every connected system that takes invoices.</summary>
public sealed class CreateInvoiceTaskFunction(
    ConnectorSet connectors, CustomerDirectory directory, ConnectorTaskStore tasks, ConnectorOutbox outbox, ConnectorQueues queues, IdempotentRequests idempotency, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const int MaxDescription = 500;

    /// <summary>What Stripe takes for most currencies.</summary>
    private const long MaxAmount = 99_999_999;

    /// <summary>Creates an invoice with one line in every connected system that takes invoices.</summary>
    /// <remarks>A draft at Stripe. The answer is a task that tells how far that is.</remarks>
    [Function(nameof(CreateInvoiceTaskFunction))]
    [Idempotent]
    [Consumes(typeof(InvoiceTaskBody), "application/json")]
    [ProducesResponseType<AcceptedTask>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/v1/task/create/invoice")] HttpRequest request, CancellationToken cancellationToken)
    {
        var takers = connectors.Enabled.OfType<IInvoiceConnector>().Where(connector => connector.TakesInvoices).Select(connector => connector.Name).ToList();
        if (takers.Count == 0)
        {
            throw new SettingMissingException(StripeOptions.ApiKeySetting);
        }

        var bytes = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var (customerId, order, errors) = Read(bytes);
        if (!errors.Any && await directory.FindAsync(customerId, cancellationToken) is { Deleted: false } customer)
        {
            return await idempotency.RunAsync(request, "invoice_task", bytes, ConnectorTask.NewId(time.GetUtcNow()), id => CreateAsync(id, customer.Id), cancellationToken);
        }

        return Problems.Unprocessable(errors.Any ? errors : errors.Add("customer_id", "The value must be the id of a customer that is not deleted."));

        async Task<IResult> CreateAsync(string id, string knownId)
        {
            Edge.About("customer_id", knownId);
            var task = await tasks.AddAsync(
                new ConnectorTask { Id = id, Kind = TaskKind.CreateInvoice, CustomerId = knownId, Connectors = takers, CreatedAt = time.GetUtcNow(), Invoice = order }, cancellationToken);
            foreach (var connector in task.Connectors)
            {
                // After a crash the request comes again, and a connector that is done is not asked again.
                if (await tasks.FindResultAsync(id, connector, cancellationToken) is null)
                {
                    await outbox.MarkAsync(connector, id, id, cancellationToken);
                    await queues.SendAsync(connector, id, at: null, cancellationToken);
                }
            }

            return CreatedAnswer.Accepted(task.Url, AcceptedTask.From(task));
        }
    }

    private static (string CustomerId, InvoiceOrder Order, FieldErrors Errors) Read(ReadOnlySpan<byte> body)
    {
        var fields = BodyFields.Read(body, "invoice");
        var customerId = fields.Require("customer_id", fields.TextOrWhole("customer_id", 255, "the id of a customer, ours or Stripe's", TableKey.IsValid));
        var amount = fields.Require("amount", fields.Whole("amount", 1, MaxAmount));
        var currency = fields.Require("currency", fields.Text("currency", 3, "the code of a currency, such as usd", text => Currencies.IsKnown(text.ToLowerInvariant())));
        var description = fields.Require("description", fields.Text("description", MaxDescription));
        fields.RefuseOthers();
        return (customerId ?? "", new InvoiceOrder(amount ?? 0, currency?.ToLowerInvariant() ?? "", description ?? ""), fields.Errors);
    }
}

// What the reader above takes, for the description of the API; a test compares the two.

/// <summary>An invoice with one line. May be wrapped in <c>invoice</c>.</summary>
/// <param name="CustomerId">The customer, by our id or Stripe's.</param>
/// <param name="Amount">In minor units, from 1 to 99,999,999.</param>
/// <param name="Currency">Three letters.</param>
/// <param name="Description">What the customer reads, at most 500 characters.</param>
internal sealed record InvoiceTaskBody(string CustomerId, long Amount, string Currency, string Description);
