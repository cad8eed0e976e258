using BillingFunctions.Connectors.Tasks;

namespace BillingFunctions.Connectors.Invoices;

/// <summary>A connector that takes invoices too.</summary>
public interface IInvoiceConnector : ICustomerConnector
{
    /// <summary>Whether it is set up for invoices.</summary>
    bool TakesInvoices { get; }

    /// <summary>Makes an invoice. Called again with the same task it must not make another one.</summary>
    /// <returns><see cref="ConnectorOutcome.Made"/>, or why it was not made.</returns>
    Task<ConnectorOutcome> SendAsync(InvoiceCall call, CancellationToken cancellationToken);
}

/// <summary>An invoice that is to be made.</summary>
/// <param name="TaskId">The task: what the system knows the invoice by.</param>
/// <param name="Order">What it says.</param>
/// <param name="CustomerId">Our id of the customer.</param>
/// <param name="RemoteCustomerId">The customer's id in the system.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="Attempt">How many attempts have failed before.</param>
public sealed record InvoiceCall(string TaskId, InvoiceOrder Order, string CustomerId, string RemoteCustomerId, DateTimeOffset CreatedAt, int Attempt);
