using System.Collections.Frozen;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Exports.Files;

/// <summary>
/// The columns that an export can have: every field of Stripe's customer object, top-level or dotted, and any <c>metadata.key</c>.
/// See https://docs.stripe.com/api/customers/object.
/// </summary>
internal static class CustomerFields
{
    public const string MetadataPrefix = "metadata.";
    private const int MaxFields = 100;

    /// <summary>Stripe's limit for the length of a metadata key.</summary>
    private const int MaxMetadataKey = 40;

    public static IReadOnlyList<string> Default { get; } =
    [
        "id", "created", "email", "name", "phone", "description",
        "address.line1", "address.line2", "address.city", "address.state", "address.postal_code", "address.country",
        "currency", "balance", "delinquent", "tax_exempt", "livemode",
    ];

    /// <summary>All but those of metadata.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "id", "object", "balance", "business_name", "created", "currency", "customer_account", "default_source", "delinquent", "description",
        "email", "individual_name", "invoice_prefix", "livemode", "name", "next_invoice_sequence", "phone", "preferred_locales", "tax_exempt", "test_clock",
        "address", "address.city", "address.country", "address.line1", "address.line2", "address.postal_code", "address.state",
        "cash_balance", "cash_balance.available", "cash_balance.settings", "cash_balance.settings.reconciliation_mode",
        "discount", "discount.id", "discount.start", "discount.end", "discount.promotion_code", "discount.source", "discount.source.coupon",
        "invoice_credit_balance",
        "invoice_settings", "invoice_settings.custom_fields", "invoice_settings.default_payment_method", "invoice_settings.footer",
        "invoice_settings.rendering_options", "invoice_settings.rendering_options.amount_tax_display", "invoice_settings.rendering_options.template",
        "metadata",
        "shipping", "shipping.name", "shipping.phone", "shipping.carrier", "shipping.tracking_number", "shipping.address",
        "shipping.address.city", "shipping.address.country", "shipping.address.line1", "shipping.address.line2",
        "shipping.address.postal_code", "shipping.address.state",
        "sources", "subscriptions", "tax_ids",
        "tax", "tax.automatic_tax", "tax.ip_address", "tax.location", "tax.location.country", "tax.location.source", "tax.location.state", "tax.provider",
    ];

    private static readonly FrozenSet<string> Known = All.ToFrozenSet();

    /// <summary>Top-level fields that Stripe sends only when asked to.</summary>
    private static readonly FrozenSet<string> Includable =
        new[] { "cash_balance", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids" }.ToFrozenSet();

    /// <summary>The columns asked for, or the default ones; what is wrong with them goes into <paramref name="errors"/>.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<string?>? asked, FieldErrors errors)
    {
        if (asked is null)
        {
            return Default;
        }

        if (asked.Count is 0 or > MaxFields)
        {
            errors.Add("fields", $"The value must name 1 to {MaxFields} fields.");
        }

        foreach (var unknown in asked.Where(field => !IsKnown(field)))
        {
            errors.Add("fields", $"Stripe's customer has no field '{unknown}'. Fields are its own, such as address.country, and metadata.<key>.");
        }

        foreach (var repeated in asked.GroupBy(field => field).Where(group => group.Count() > 1))
        {
            errors.Add("fields", $"'{repeated.Key}' is asked for more than once.");
        }

        return [.. asked.OfType<string>()];
    }

    /// <summary>What to pass as <c>expand</c> for these columns.</summary>
    public static IEnumerable<string> Expansions(IEnumerable<string> fields) =>
        fields.Select(field => field.Split('.')[0]).Where(Includable.Contains).Distinct().Select(field => $"data.{field}");

    private static bool IsKnown(string? field) => field is not null
        && (Known.Contains(field)
            || (field.StartsWith(MetadataPrefix, StringComparison.Ordinal) && field.Length - MetadataPrefix.Length is > 0 and <= MaxMetadataKey));
}
