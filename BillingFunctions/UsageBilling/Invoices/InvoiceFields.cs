using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>An invoice as callers write it.</summary>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Period">Its month, <c>yyyy-MM</c>.</param>
/// <param name="Currency">Three letters, lower case.</param>
/// <param name="DueDate">When it is to be paid.</param>
/// <param name="InvoicedAt">Its date.</param>
/// <param name="IsVoid">Whether it is to be void.</param>
/// <param name="IsOpen">Whether the caller says that it is to be open.</param>
internal sealed record InvoiceFields(string? OrganizationId, string? Period, string? Currency, DateTimeOffset? DueDate, DateTimeOffset? InvoicedAt, bool IsVoid, bool IsOpen = false)
{
    private const string Wrapper = "invoice";

    /// <summary>Reads a new invoice.</summary>
    public static (InvoiceFields Fields, FieldErrors Errors) ReadNew(ReadOnlySpan<byte> body)
    {
        var fields = BodyFields.Read(body, Wrapper);
        var organization = OrganizationField(fields);
        var read = Read(fields, organization);
        fields.Require(organization, read.OrganizationId);
        fields.Require("period", read.Period);
        fields.Require("currency", read.Currency);
        if (read.IsVoid)
        {
            fields.Errors.Add("status", "A new invoice is open.");
        }

        fields.RefuseOthers();
        return (read, fields.Errors);
    }

    /// <summary>Reads a change.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="present">The invoice. Its organization, month and currency may be named, but not changed: its items are of them.</param>
    /// <param name="isPartial">Whether what the body does not name stays.</param>
    public static (InvoiceFields Fields, FieldErrors Errors) ReadChange(ReadOnlySpan<byte> body, UsageInvoice present, bool isPartial)
    {
        var fields = BodyFields.Read(body, Wrapper);
        var organization = OrganizationField(fields);
        var read = Read(fields, organization);
        Keep(fields, organization, read.OrganizationId, present.InvoiceId.OrganizationId);
        Keep(fields, "period", read.Period, present.Period);
        Keep(fields, "currency", read.Currency, present.Currency);
        fields.RefuseOthers();
        return (read with
        {
            DueDate = isPartial && !fields.Has("due_date") ? present.DueDate : read.DueDate,
            InvoicedAt = isPartial && !fields.Has("invoiced_at") ? present.InvoicedAt : read.InvoicedAt,
        }, fields.Errors);
    }

    private static string OrganizationField(BodyFields fields) => fields.OneOf("organization_id", "organization");

    private static InvoiceFields Read(BodyFields fields, string organization)
    {
        var status = fields.Text("status", 10, "void, or open to open a void invoice again; the other states cannot be set", text => text is "void" or "open");
        return new InvoiceFields(
            fields.Text(organization, 255, "the id of an organization (org_…)", UsageBilling.OrganizationId.Is),
            fields.Text("period", 7, BillingMonth.Allowed, text => BillingMonth.TryParse(text, out _)),
            fields.Text("currency", 3, "the code of a currency, such as usd", text => Currencies.IsKnown(text.ToLowerInvariant()))?.ToLowerInvariant(),
            fields.Time("due_date"),
            fields.Time("invoiced_at"),
            IsVoid: status == "void",
            IsOpen: status == "open");
    }

    private static void Keep(BodyFields fields, string name, string? asked, string present)
    {
        if (asked is not null && asked != present)
        {
            fields.Errors.Add(name, $"It is {present}, and cannot be changed.");
        }
    }
}

/// <summary>An invoice as <c>/api/invoices</c> shows it.</summary>
/// <param name="Id"><c>inv_…</c>.</param>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Period">The month whose usage it takes, <c>yyyy-MM</c>, in UTC.</param>
/// <param name="Currency">Three lower-case letters.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="DueDate">When it is to be paid.</param>
/// <param name="InvoicedAt">Its date.</param>
/// <param name="ClosesAt">When it is closed by itself.</param>
/// <param name="StripeInvoices">The invoices at Stripe, in the order in which they were begun.</param>
/// <param name="Difference">How Stripe's lines differed when it was to be closed; empty when they did not.</param>
/// <param name="Notes">What a person should know of it.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record UsageInvoiceView(
    string Id, string OrganizationId, string Period, string Currency, UsageInvoiceStatus Status, DateTimeOffset? DueDate, DateTimeOffset? InvoicedAt, DateTimeOffset ClosesAt,
    IReadOnlyList<string> StripeInvoices, IReadOnlyList<string> Difference, IReadOnlyList<string> Notes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static UsageInvoiceView From(UsageInvoice invoice, UsageBillingOptions options) => new(
        invoice.Id, invoice.InvoiceId.OrganizationId, invoice.Period, invoice.Currency, invoice.Status, invoice.DueDate, invoice.InvoicedAt, options.ClosesAt(invoice.Period),
        [.. invoice.StripeInvoices.Select(draft => draft.Id)], invoice.Difference, invoice.Notes, invoice.CreatedAt, invoice.UpdatedAt);
}

// What the reader above takes, for the description of the API; a test compares the two.

/// <summary>A change of an invoice. May be wrapped in <c>invoice</c>.</summary>
internal record InvoiceChangeBody
{
    /// <summary>When it is to be paid.</summary>
    public DateTimeOffset? DueDate { get; init; }

    /// <summary>Its date.</summary>
    public DateTimeOffset? InvoicedAt { get; init; }

    /// <summary><c>void</c>: it is not to be billed; or <c>open</c> for one that is. The other states come about by themselves.</summary>
    public string? Status { get; init; }
}

/// <summary>A new invoice. May be wrapped in <c>invoice</c>.</summary>
internal sealed record NewInvoiceBody : InvoiceChangeBody
{
    /// <summary>Whose it is; may be called <c>organization</c> too.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>The month whose usage it takes, <c>yyyy-MM</c>, in UTC.</summary>
    public required string Period { get; init; }

    /// <summary>Three letters.</summary>
    public required string Currency { get; init; }
}
