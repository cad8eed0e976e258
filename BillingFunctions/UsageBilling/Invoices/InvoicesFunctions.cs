using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>One invoice: made, shown, changed, closed, deleted.</summary>
public sealed class InvoicesFunctions(
    UsageLedger ledger, OrganizationStore organizations, ChangeInvoices changes, CloseInvoice close, IdempotentRequests idempotency, IOptions<UsageBillingOptions> options, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const string Route = "api/invoices";

    /// <summary>Shows a usage invoice.</summary>
    [Function("GetUsageInvoiceFunction")]
    [Versioned]
    [ProducesResponseType<UsageInvoiceView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        InvoiceId.Parse(id) is { } invoice && await ledger.FindAsync(invoice.OrganizationId, UsageKeys.Of(invoice), cancellationToken) is { } row ? Show(request, row) : NotFound(id);

    /// <summary>Creates the invoice of an organization for the usage of a month.</summary>
    [Function("CreateUsageInvoiceFunction")]
    [Idempotent]
    [Versioned]
    [Consumes(typeof(NewInvoiceBody), "application/json")]
    [ProducesResponseType<UsageInvoiceView>(StatusCodes.Status201Created)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> CreateAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var (asked, errors) = InvoiceFields.ReadNew(body);
        if (!errors.Any && await organizations.FindAsync(asked.OrganizationId!, cancellationToken) is null)
        {
            errors.Add("organization_id", $"There is no organization {asked.OrganizationId}.");
        }

        if (errors.Any)
        {
            return Problems.Unprocessable(errors);
        }

        return await idempotency.RunAsync(request, "invoice", body, UsageKey.New(time.GetUtcNow()), CreateAsync, cancellationToken);

        async Task<IResult> CreateAsync(string key)
        {
            if (await changes.AddAsync(new InvoiceId(asked.OrganizationId!, key), asked, cancellationToken) is not { } row)
            {
                return Problems.Unprocessable(new FieldErrors().Add("organization_id", $"The organization {asked.OrganizationId} has been deleted."));
            }

            EntityTag.Send(request, EntityTag.Of(row));
            var view = UsageInvoiceView.From(row.Read<UsageInvoice>(), options.Value);
            return CreatedAnswer.Created($"/{Route}/{view.Id}", view);
        }
    }

    /// <summary>Changes a usage invoice, or makes it void.</summary>
    /// <remarks>PATCH leaves what the body does not name; PUT replaces all that can be changed. Organization, month and currency may be named, but not changed.</remarks>
    [Function("UpdateUsageInvoiceFunction")]
    [Versioned]
    [Consumes(typeof(InvoiceChangeBody), "application/json")]
    [ProducesResponseType<UsageInvoiceView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> UpdateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", "put", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (InvoiceId.Parse(id) is not { } invoice)
        {
            return NotFound(id);
        }

        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var (row, refusal) = await changes.ReplaceAsync(invoice, request, present => InvoiceFields.ReadChange(body, present, HttpMethods.IsPatch(request.Method)), cancellationToken);
        return refusal ?? Show(request, row!);
    }

    /// <summary>Deletes a usage invoice of which Stripe has nothing.</summary>
    [Function("DeleteUsageInvoiceFunction")]
    [Versioned]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        InvoiceId.Parse(id) is { } invoice ? await changes.DeleteAsync(invoice, request, cancellationToken) ?? Results.NoContent() : NotFound(id);

    /// <summary>Closes a usage invoice: it takes no more items, Stripe's lines are compared with them, and it is finalised or held.</summary>
    /// <remarks>May be called again.</remarks>
    [Function("CloseUsageInvoiceFunction")]
    [ProducesResponseType<UsageInvoiceView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = $"{Route}/{{id}}/close")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (InvoiceId.Parse(id) is not { } invoice || await close.BeginAsync(invoice, cancellationToken) is not (var row, _))
        {
            return NotFound(id);
        }

        var view = UsageInvoiceView.From(row.Read<UsageInvoice>(), options.Value);
        return view.Status == UsageInvoiceStatus.Void ? Problems.Conflict("The invoice is void.") : ApiJson.Ok(view, StatusCodes.Status202Accepted);
    }

    private IResult Show(HttpRequest request, UsageRow row)
    {
        EntityTag.Send(request, EntityTag.Of(row));
        return ApiJson.Ok(UsageInvoiceView.From(row.Read<UsageInvoice>(), options.Value));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"invoice {id}");
}
