using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>The organizations.</summary>
public sealed class OrganizationsFunctions(OrganizationStore store, ChangeOrganizations changes, IdempotentRequests idempotency, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const string Route = "api/organizations";

    /// <summary>Lists the organizations.</summary>
    /// <remarks>In no order that means anything, but always the same one.</remarks>
    [Function("ListOrganizationsFunction")]
    [ProducesPage<OrganizationView>]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, OrganizationId.Is) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.ListAsync(page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, OrganizationView.From, organization => organization.Id));
    }

    /// <summary>Shows an organization.</summary>
    [Function("GetOrganizationFunction")]
    [Versioned]
    [ProducesResponseType<OrganizationView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } row ? Show(request, row) : NotFound(id);

    /// <summary>Creates an organization that is billed for its usage.</summary>
    [Function("CreateOrganizationFunction")]
    [Idempotent]
    [Versioned]
    [Consumes(typeof(OrganizationBody), "application/json")]
    [ProducesResponseType<OrganizationView>(StatusCodes.Status201Created)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> CreateAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var (asked, errors) = OrganizationFields.Read(body, present: null);
        if (errors.Any)
        {
            return Problems.Unprocessable(errors);
        }

        return await idempotency.RunAsync(request, "organization", body, OrganizationId.New(time.GetUtcNow()), CreateAsync, cancellationToken);

        async Task<IResult> CreateAsync(string id)
        {
            var now = time.GetUtcNow();
            var row = await changes.AddAsync(asked with { Id = id, CreatedAt = now, UpdatedAt = now }, cancellationToken);
            EntityTag.Send(request, EntityTag.Of(row));
            return CreatedAnswer.Created($"/{Route}/{id}", OrganizationView.From(row.Read<Organization>()));
        }
    }

    /// <summary>Changes an organization.</summary>
    /// <remarks>PATCH leaves what the body does not name; PUT replaces all of it.</remarks>
    [Function("UpdateOrganizationFunction")]
    [Versioned]
    [Consumes(typeof(OrganizationBody), "application/json")]
    [ProducesResponseType<OrganizationView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> UpdateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", "put", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        while (await store.FindAsync(id, cancellationToken) is { } row)
        {
            var present = row.Read<Organization>();
            var (asked, errors) = OrganizationFields.Read(body, HttpMethods.IsPatch(request.Method) ? present : null);
            if (errors.Any)
            {
                return Problems.Unprocessable(errors);
            }

            if (EntityTag.Refusal(request, EntityTag.Of(row)) is { } stale)
            {
                return stale;
            }

            if (present.StripeCustomerId is { } customer && asked.StripeCustomerId is { } other && other != customer)
            {
                return Problems.Conflict($"The organization is {customer} at Stripe already; its invoices are there.", new FieldErrors().Add("stripe_customer_id", "It cannot be changed once it is set."));
            }

            var after = asked with { Id = id, StripeCustomerId = asked.StripeCustomerId ?? present.StripeCustomerId, CreatedAt = present.CreatedAt };
            if (await changes.ReplaceAsync(present, row, after, cancellationToken) is { } written)
            {
                return Show(request, written);
            }
        }

        return NotFound(id);
    }

    /// <summary>Deletes an organization that has no invoices.</summary>
    [Function("DeleteOrganizationFunction")]
    [Versioned]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        return EntityTag.Refusal(request, EntityTag.Of(row)) ?? (await changes.DeleteAsync(id, cancellationToken)
            ? Results.NoContent()
            : Problems.Conflict("The organization has invoices. An organization that has been billed stays."));
    }

    private static IResult Show(HttpRequest request, UsageRow row)
    {
        EntityTag.Send(request, EntityTag.Of(row));
        return ApiJson.Ok(OrganizationView.From(row.Read<Organization>()));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"organization {id}");
}
