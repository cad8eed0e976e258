using BillingFunctions.Platform;
using HandlebarsDotNet;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>The text and HTML of the mail, from <c>Templates/</c>. In HTML Handlebars escapes every value.</summary>
internal static class InvoiceMailTemplates
{
    private static readonly HandlebarsTemplate<object, object> TextTemplate = EmbeddedTemplate.Compile(typeof(InvoiceMailTemplates), "InvoiceMailText", escape: false);
    private static readonly HandlebarsTemplate<object, object> HtmlTemplate = EmbeddedTemplate.Compile(typeof(InvoiceMailTemplates), "InvoiceMailHtml", escape: true);

    public static string Text(InvoiceMailValues values) => TextTemplate(ToModel(values));

    public static string Html(InvoiceMailValues values) => HtmlTemplate(ToModel(values));

    private static object ToModel(InvoiceMailValues values) => new { name = values.Name, month = values.Month, amount = values.Amount, reference = values.Reference };
}

/// <summary>The values in the mail.</summary>
/// <param name="Name">The customer's name; may be empty.</param>
/// <param name="Month">The billed month, such as <c>October 2026</c>.</param>
/// <param name="Amount">What is due, with its currency, such as <c>1,250.00 USD</c>.</param>
/// <param name="Reference">By which the customer refers to the invoice.</param>
internal sealed record InvoiceMailValues(string Name, string Month, string Amount, string Reference);
