using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.Stripe;

/// <summary>What may be the id of a Stripe customer: mostly <c>cus_…</c>, but whatever its maker wanted in accounts from before, such as an e-mail address.</summary>
internal static class StripeCustomerId
{
    /// <summary>What may be given, for people who gave something else.</summary>
    public const string Allowed = "the id of a Stripe customer, such as cus_NffrFeUfNV2Hib, of at most 255 characters";

    /// <summary>How Stripe's ids of other objects begin, which are easily given by mistake.</summary>
    private static readonly string[] OtherObjects =
        ["acct_", "card_", "ch_", "cn_", "cs_", "evt_", "ii_", "il_", "in_", "pi_", "plan_", "pm_", "price_", "prod_", "py_", "re_", "seti_", "si_", "src_", "sub_", "tok_", "txn_"];

    /// <summary>Whether a text may be one.</summary>
    public static bool IsPossible(string text) =>
        TableKey.IsValid(text) && text != "cus_" && !text.Any(char.IsControl) && !OtherObjects.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal));
}
