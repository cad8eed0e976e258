using System.Globalization;
using BillingFunctions.Platform;
using HandlebarsDotNet;

namespace BillingFunctions.UsageBilling.Usage;

/// <summary>An organization's usage as a web page, for its people. It needs no script.</summary>
internal static class UsagePage
{
    /// <summary>What the page may load: nothing but its own style.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly HandlebarsTemplate<object, object> Template = EmbeddedTemplate.Compile(typeof(UsagePage), "UsagePage", escape: true);

    /// <param name="name">The organization's.</param>
    /// <param name="usage">What it has used.</param>
    public static string Of(string name, UsageView usage) => Template(new
    {
        name,
        period = usage.Period,
        as_of = usage.AsOf.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        products = usage.Products.Select(product => new
        {
            product = product.Product ?? "Other",
            quantity = product.Quantity.ToString("N0", CultureInfo.InvariantCulture),
            items = product.Items.ToString("N0", CultureInfo.InvariantCulture),
            amount = new Money(product.Amount, product.Currency).ToString(),
        }).ToList(),
        synced = usage.Synced.Items.ToString("N0", CultureInfo.InvariantCulture),
        pending = usage.Pending.Items.ToString("N0", CultureInfo.InvariantCulture),
    });
}
