namespace Stripe;

/// <summary>What to print on a customer's invoices, and how they are paid.</summary>
public class CustomerInvoiceSettingsOptions : INestedOptions
{
    public string? DefaultPaymentMethod { get; set; }

    public string? Footer { get; set; }
}
