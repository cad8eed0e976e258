using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Which invoices a list is about.</summary>
internal sealed record InvoiceFilter(string? Customer, string? Subscription, string? Status, string? CollectionMethod, CreatedRange? DueDate)
{
    private static readonly HashSet<string> Names =
    [
        "limit", "starting_after", "ending_before", "created", "collection_method", "customer", "due_date", "status", "subscription", "expand",
    ];

    public static InvoiceFilter Read(ParameterReader reader)
    {
        reader.Allow(Names);
        return new InvoiceFilter(
            reader.Text("customer"),
            reader.Text("subscription"),
            reader.Word("status", "draft", "open", "paid", "uncollectible", "void"),
            reader.Text("collection_method"),
            reader.HasAny("due_date") ? CreatedRange.Read(reader, "due_date") : null);
    }

    public bool Matches(InvoiceRecord invoice)
        => (Customer is null || invoice.Customer == Customer)
            && (Subscription is null || invoice.Subscription == Subscription)
            && (Status is null || invoice.Status == Status)
            && (CollectionMethod is null || invoice.CollectionMethod == CollectionMethod)
            && (DueDate is not { } range || (invoice.DueDate is { } due && range.Contains(due)));
}
