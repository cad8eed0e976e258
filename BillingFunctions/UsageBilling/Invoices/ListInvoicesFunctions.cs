using System.Runtime.CompilerServices;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>The invoices of all organizations and of one, and the items of an invoice; each organization's oldest first.</summary>
public sealed class ListInvoicesFunctions(UsageLedger ledger, OrganizationStore organizations, IOptions<UsageBillingOptions> options)
{
    /// <summary>Lists the usage invoices of all organizations; each organization's oldest first.</summary>
    [Function("ListUsageInvoicesFunction")]
    [ProducesPage<UsageInvoiceView>]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoices")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, text => InvoiceId.Parse(text) is not null) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        return await ShowAsync(page, ListAsync(InvoiceId.Parse(page.Cursor), cancellationToken), cancellationToken);
    }

    /// <summary>Lists the usage invoices of an organization, oldest first.</summary>
    [Function("ListOrganizationInvoicesFunction")]
    [ProducesPage<UsageInvoiceView>]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> ListOfOrganizationAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/organizations/{id}/invoices")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, text => InvoiceId.Parse(text)?.OrganizationId == id) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        return await organizations.FindAsync(id, cancellationToken) is null
            ? Problems.NotFound($"organization {id}")
            : await ShowAsync(page, ListOfAsync(id, InvoiceId.Parse(page.Cursor), cancellationToken), cancellationToken);
    }

    /// <summary>Lists the items of a usage invoice, oldest first.</summary>
    [Function("ListInvoiceItemsFunction")]
    [ProducesPage<UsageItemView>]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> ListItemsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoices/{id}/invoice_items")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (InvoiceId.Parse(id) is not { } invoice || await ledger.FindAsync(invoice.OrganizationId, UsageKeys.Of(invoice), cancellationToken) is null)
        {
            return Problems.NotFound($"invoice {id}");
        }

        if (PageRequest.From(request, errors, text => ItemId.Parse(text)?.Invoice == invoice) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var after = ItemId.Parse(page.Cursor) is { } last ? UsageKeys.Of(last) : null;
        var found = await ledger.ListAsync(invoice.OrganizationId, UsageKeys.ItemsOf(invoice), after, cancellationToken)
            .Select(ItemRow.Read).Where(item => !item.IsDeleted).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, UsageItemView.From, item => item.Id));
    }

    private async Task<IResult> ShowAsync(PageRequest page, IAsyncEnumerable<UsageInvoice> invoices, CancellationToken cancellationToken)
    {
        var found = await invoices.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, invoice => UsageInvoiceView.From(invoice, options.Value), invoice => invoice.Id));
    }

    /// <summary>Organization by organization: no index spans them.</summary>
    private async IAsyncEnumerable<UsageInvoice> ListAsync(InvoiceId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after is { } last)
        {
            await foreach (var invoice in ListOfAsync(last.OrganizationId, last, cancellationToken))
            {
                yield return invoice;
            }
        }

        await foreach (var organization in organizations.ListAsync(after?.OrganizationId, pageSize: 100, cancellationToken))
        {
            await foreach (var invoice in ListOfAsync(organization.Id, after: null, cancellationToken))
            {
                yield return invoice;
            }
        }
    }

    private IAsyncEnumerable<UsageInvoice> ListOfAsync(string organizationId, InvoiceId? after, CancellationToken cancellationToken) =>
        ledger.ListAsync(organizationId, UsageKeys.Invoices, after is { } last ? UsageKeys.Of(last) : null, cancellationToken).Select(row => row.Read<UsageInvoice>());
}
