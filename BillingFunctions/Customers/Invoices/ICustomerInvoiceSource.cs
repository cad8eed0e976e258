namespace BillingFunctions.Customers.Invoices;

/// <summary>Invoices of customers that another capability keeps. Each such capability registers its own as a singleton, and it works while that capability is off.</summary>
public interface ICustomerInvoiceSource
{
    /// <summary>All of them, in any order. Called for each page, so only for what a customer has few of: some in a month.</summary>
    Task<IReadOnlyList<InvoiceView>> ListAsync(InvoiceOwner owner, CancellationToken cancellationToken);
}

/// <summary>The customer whose invoices are listed, by both of its ids.</summary>
/// <param name="CustomerId">Our id, which monthly invoices are kept under.</param>
/// <param name="StripeId">Stripe's id; the same as ours when none is known.</param>
public sealed record InvoiceOwner(string CustomerId, string StripeId)
{
    /// <summary>An invoice may be heard of before its customer: without a record, the id that is asked for may be either.</summary>
    internal static InvoiceOwner From(string id, Customer? customer) => new(customer?.Id ?? id, customer?.StripeId ?? customer?.Id ?? id);
}
