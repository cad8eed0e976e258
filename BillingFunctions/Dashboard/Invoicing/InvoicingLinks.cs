using BillingFunctions.Invoicing.Invoices;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Dashboard.Invoicing;

/// <summary>Addresses of the page of invoicing, with its filters.</summary>
internal static class InvoicingLinks
{
    /// <summary>The statuses that need an operator, as the filter takes them.</summary>
    public static string Failures { get; } = string.Join(',', InvoiceStatuses.All.Where(status => status.IsFailure()).Select(status => status.ToText()));

    /// <summary>The statuses in which the app still has something to do.</summary>
    public static string Open { get; } = string.Join(',', InvoiceStatuses.All.Where(status => status.IsOpen()).Select(status => status.ToText()));

    /// <summary>The page with the invoices of a month that have one of these statuses.</summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="statuses">As the API writes them, comma-separated.</param>
    public static string To(string month, string statuses) => $"/dashboard/invoicing{QueryString.Create("month", month).Add("status", statuses)}";
}
