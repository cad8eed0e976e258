using System.Globalization;
using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Dashboard.Explain;

/// <summary>Which kind of thing an id names, where the dashboard shows it.</summary>
internal static class ExplainLinks
{
    /// <summary>All kinds, with what people call them.</summary>
    public static IReadOnlyList<(string Kind, string Text)> Kinds { get; } =
    [
        ("invoice", "Invoice"), ("mail", "Mail of an invoice"), ("item", "Item of usage"), ("subscription", "Subscription"), ("customer", "Customer"), ("export", "Export"), ("webhook_event", "Webhook event"),
    ];

    public static QueryString QueryOf(string kind, string id, DateTimeOffset? created = null) => QueryString.Create(
    [
        new("kind", kind),
        new("id", id),
        .. created is { } at ? new KeyValuePair<string, string?>[] { new("created", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)) } : [],
    ]);

    /// <summary>The kind of what a page shows; null when it is of none.</summary>
    /// <param name="page">The name of the page in its address, such as <c>customers</c>.</param>
    /// <param name="parameter">What the page calls the id.</param>
    public static string? OfPage(string page, string parameter) => (page, parameter) switch
    {
        ("customers", "id") => "customer",
        ("subscriptions", "id") => "subscription",
        ("exports", "id") => "export",
        ("webhooks", "id") => "webhook_event",
        ("organizations", "invoice") => "invoice",
        _ => null,
    };

    /// <summary>The kind of what a failed job is about; null when it is of none.</summary>
    /// <param name="queue">The job's queue.</param>
    /// <param name="id">What the job is about.</param>
    public static string? OfJob(string queue, string id) => queue switch
    {
        InvoiceLookup.Queue => "invoice",
        InvoiceEmail.Queue => "mail",
        StripeEventBatch.Queue => "webhook_event",
        OrganizationDue.ItemsQueue => id.StartsWith("ii_", StringComparison.Ordinal) ? "item" : id.StartsWith("inv_", StringComparison.Ordinal) ? "invoice" : null,
        _ when queue.StartsWith(ConnectorSet.QueueNameOf(""), StringComparison.Ordinal) && !ConnectorTask.IsId(id) => "customer",
        _ => null,
    };
}
