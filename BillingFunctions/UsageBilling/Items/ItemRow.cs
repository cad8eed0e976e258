using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>How an item is read from its row: the id of its line may have been noted beside it.</summary>
internal static class ItemRow
{
    public static UsageItem Read(UsageRow row)
    {
        var item = row.Read<UsageItem>();
        return item.Sent is { LineId: null } sent && row.StripeId is not null ? item with { Sent = sent with { LineId = row.StripeId } } : item;
    }
}
