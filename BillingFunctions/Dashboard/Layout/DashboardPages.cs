using BillingFunctions.Dashboard.Audit;
using BillingFunctions.Dashboard.Customers;
using BillingFunctions.Dashboard.Explain;
using BillingFunctions.Dashboard.Exports;
using BillingFunctions.Dashboard.FailedJobs;
using BillingFunctions.Dashboard.Forecasts;
using BillingFunctions.Dashboard.Invoicing;
using BillingFunctions.Dashboard.Organizations;
using BillingFunctions.Dashboard.Overview;
using BillingFunctions.Dashboard.Proofs;
using BillingFunctions.Dashboard.Subscriptions;
using BillingFunctions.Dashboard.Uploads;
using BillingFunctions.Dashboard.Webhooks;

namespace BillingFunctions.Dashboard.Layout;

/// <summary>The pages of the dashboard, in the order of its menu.</summary>
internal static class DashboardPages
{
    public static IReadOnlyList<DashboardPage> All { get; } =
    [
        new("", "Overview", typeof(OverviewPage)),
        new("uploads", "Upload", typeof(UploadsPage)),
        new("invoicing", "Invoicing", typeof(InvoicingPage)),
        new("proofs", "Month-end proof", typeof(ProofsPage)),
        new("exports", "Exports", typeof(ExportsPage)),
        new("subscriptions", "Subscriptions", typeof(SubscriptionsPage)),
        new("organizations", "Organizations", typeof(OrganizationsPage)),
        new("customers", "Customers", typeof(CustomersPage)),
        new("webhooks", "Webhooks", typeof(WebhooksPage)),
        new("explain", "Explain", typeof(ExplainPage)),
        new("failed_jobs", "Failed jobs", typeof(FailedJobsPage)),
        new("forecasts", "Forecast", typeof(ForecastPage)),
        new("audit", "Audit", typeof(AuditPage)),
    ];

    /// <param name="name">The last segment of the address; null for the first page.</param>
    public static DashboardPage? Find(string? name) => All.FirstOrDefault(page => page.Name == (name ?? ""));
}

/// <param name="Name">The last segment of its address.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Component">What it consists of. It gets the request as a cascading <see cref="DashboardContext"/>.</param>
public sealed record DashboardPage(string Name, string Title, Type Component)
{
    /// <summary>The path.</summary>
    public string Address => $"/dashboard/{Name}";
}
