using System.Globalization;

namespace BillingFunctions.Customers.Invoices;

/// <summary>
/// The place of an invoice among those of its customer, newest first: the inverted second of its creation and its id. Neither ever changes, and ids of different
/// sources begin differently, so that no two invoices have the same place.
/// </summary>
internal static class InvoiceSortKey
{
    private const long LastSecond = 0xff_ffff_ffff;
    private const int SecondDigits = 10;

    public static string From(DateTimeOffset created, string id) => string.Create(CultureInfo.InvariantCulture, $"{LastSecond - created.ToUnixTimeSeconds():x10}|{id}");

    public static string From(InvoiceView invoice) => From(invoice.Created, invoice.Id);

    /// <summary>Whether this can be such a key. More is allowed than in a row key: the id of a monthly invoice has a slash.</summary>
    public static bool Is(string text) =>
        text.Length > SecondDigits + 1 && text[SecondDigits] == '|' && text.Take(SecondDigits).All(char.IsAsciiHexDigitLower) && !text.Any(char.IsControl);
}
