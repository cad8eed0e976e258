using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Status;

/// <summary><c>GET /api/customers/{id}/connectors</c>: what each connected system has of a customer, and what it is behind with.</summary>
public sealed class GetCustomerConnectorsFunction(ConnectorSet connectors, CustomerDirectory directory, ConnectorOutbox outbox)
{
    /// <summary>Shows for each connected system whether it has a customer as the customer is here.</summary>
    /// <remarks>All of them: there is no second page.</remarks>
    [Function(nameof(GetCustomerConnectorsFunction))]
    [ProducesResponseType<ListPage<CustomerConnectorView>>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/connectors")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(PathSegment.Decode(id), cancellationToken) is not { } customer)
        {
            return Problems.NotFound($"customer {id}");
        }

        var views = await Task.WhenAll(connectors.All.Select(async connector =>
            CustomerConnectorView.From(connector, customer.CopyIn(connector.Name), await outbox.FindAsync(connector.Name, customer.Id, cancellationToken))));
        return ApiJson.Ok(new ListPage<CustomerConnectorView>(views, NextCursor: null));
    }
}

/// <summary>A customer in a connected system.</summary>
/// <param name="Connector">The name of the system.</param>
/// <param name="Status">
/// <c>off</c>: the connector lacks settings. <c>given_up</c>: the last attempt has failed, see the failed jobs. <c>pending</c>: something is to be sent. <c>deleted</c>: it was deleted there.
/// <c>synced</c>: nothing is to be sent. <c>absent</c>: nothing is to be sent, and the system does not have it.
/// </param>
/// <param name="Id">The customer's id there; null when it has none.</param>
/// <param name="Since">Since when something is to be sent; null when nothing is.</param>
/// <param name="Attempts">How many attempts have failed.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it is not.</param>
/// <param name="Error">Why the last attempt failed; null when it did not.</param>
/// <param name="Tasks">The tasks that wait for it.</param>
public sealed record CustomerConnectorView(
    string Connector, string Status, string? Id, DateTimeOffset? Since, int Attempts, DateTimeOffset? NextAttemptAt, string? Error, IReadOnlyList<string> Tasks)
{
    internal static CustomerConnectorView From(ICustomerConnector connector, CustomerCopy? copy, OutboxEntry? entry) => new(
        connector.Name,
        StatusOf(connector, copy, entry),
        copy?.Id,
        entry?.Since,
        entry?.Attempts ?? 0,
        entry is { IsGivenUp: false } ? entry.DueAt : null,
        entry?.Error,
        entry?.Tasks ?? []);

    private static string StatusOf(ICustomerConnector connector, CustomerCopy? copy, OutboxEntry? entry) => (copy, entry) switch
    {
        _ when connector.MissingSettings.Count > 0 => "off",
        (_, { IsGivenUp: true }) => "given_up",
        (_, not null) => "pending",
        ({ Deleted: true }, null) => "deleted",
        ({ Id: not null }, null) => "synced",
        _ => "absent",
    };
}
