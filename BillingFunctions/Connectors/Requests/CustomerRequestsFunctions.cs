using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Requests;

/// <summary>Creates, changes and deletes customers, here and in every connected system. The answer is a task that tells how far that is.</summary>
public sealed class CustomerRequestsFunctions(
    RequestCustomer requests, ConnectorSet connectors, IdempotentRequests idempotency, IOptions<CustomersOptions> customers, TimeProvider time)
{
    private const int MaxBody = 256 * 1024;
    private const string Route = "api/customers";

    /// <summary>Creates a customer here and in every connected system.</summary>
    /// <remarks>The answer is a task that tells how far that is. The same id and content again is the same task; another content is refused.</remarks>
    [Function("CreateCustomerFunction")]
    [Idempotent]
    [Consumes(typeof(NewCustomerBody), "application/json")]
    [ProducesResponseType<AcceptedTask>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity)]
    public Task<IResult> CreateAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>The same under an older name.</summary>
    [Function("CreateCustomerV1Function")]
    [AliasOf(nameof(CreateAsync))]
    public Task<IResult> CreateV1Async([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/v1/task/create/customer")] HttpRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Changes the fields of a customer that the body names, here and in every connected system.</summary>
    /// <remarks>Null clears a field.</remarks>
    [Function("UpdateCustomerFunction")]
    [Consumes(typeof(CustomerChangeBody), "application/json")]
    [ProducesResponseType<AcceptedTask>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> UpdateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        Edge.About("customer_id", id);
        var body = CustomerBody.Read(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken), isNew: false, customers.Value.IdMetadataKey);
        return body.Errors.Any ? Problems.Unprocessable(body.Errors) : Answer(id, await requests.UpdateAsync(PathSegment.Decode(id), body, cancellationToken));
    }

    /// <summary>Deletes a customer here and in every connected system.</summary>
    [Function("DeleteCustomerFunction")]
    [ProducesResponseType<AcceptedTask>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        Edge.About("customer_id", id);
        return Answer(id, await requests.DeleteAsync(PathSegment.Decode(id), cancellationToken));
    }

    private async Task<IResult> RunAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (connectors.Enabled.Count == 0)
        {
            throw new SettingMissingException(StripeOptions.ApiKeySetting);
        }

        var bytes = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var body = CustomerBody.Read(bytes, isNew: true, customers.Value.IdMetadataKey);
        if (body.Errors.Any)
        {
            return Problems.Unprocessable(body.Errors);
        }

        var newId = body.Id ?? TimeOrderedId.New("cst", time.GetUtcNow());
        return await idempotency.RunAsync(request, "customer", bytes, newId, CreateAsync, cancellationToken);

        async Task<IResult> CreateAsync(string id)
        {
            Edge.About("customer_id", id);
            return await requests.CreateAsync(id, body, cancellationToken) is { } task
                ? CreatedAnswer.Accepted(task.Url, AcceptedTask.From(task))
                : Problems.Conflict($"Customer {id} was created with another body, or is deleted. Change it by PATCH /{Route}/{id}, or use another id.");
        }
    }

    private static IResult Answer(string id, ConnectorTask? task) =>
        task is null ? Problems.NotFound($"customer {id}, or it is deleted") : CreatedAnswer.Accepted(task.Url, AcceptedTask.From(task));
}
