namespace BillingFunctions.Invoicing;

/// <summary>The orchestration's custom status.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Customers">Customers looked at.</param>
/// <param name="Added">Invoices added.</param>
/// <param name="NotBilled">Customers that are not billed.</param>
/// <param name="ShareOfCustomers">How many of all customers have been looked at, an estimate; 0 to 1.</param>
public sealed record InvoicingProgress(InvoicingPhase Phase, int Customers, int Added, int NotBilled, double ShareOfCustomers)
{
    public static InvoicingProgress Of(InvoicingState state) => new(state.Phase, state.Customers, state.Added, state.NotBilled, state.ShareOfCustomers);
}
