using Azure.Data.Tables;

namespace BillingFunctions.Subscriptions;

/// <summary>
/// The row of a subscription in <c>Subscriptions</c>. What is read back is the list of events alone; the other columns are for whoever looks into the table.
/// </summary>
internal static class SubscriptionRow
{
    public const string RowKey = "state";

    private const string Column = "State";

    public static TableEntity Of(string subscriptionId, SubscriptionState state)
    {
        var row = new TableEntity(subscriptionId, RowKey) { ["Events"] = state.Events.Count };
        if (state.History.Record is { } record)
        {
            row["CustomerId"] = record.CustomerId;
            row["CustomerName"] = record.CustomerName;
            row["CustomerEmail"] = record.CustomerEmail;
            row["Livemode"] = record.Livemode;
            row["Status"] = record.Status.ToString();
            row["StripeStatus"] = record.StripeStatus;
            row["CurrentPeriodEnd"] = record.CurrentPeriodEnd;
            row["PastDueSince"] = record.PastDueSince;
            row["LastEventId"] = record.LastEventId;
            row["UpdatedAt"] = record.UpdatedAt;
        }

        CompressedColumns.Write(row, Column, new Stored(state.AccessVersion, state.Events));
        return row;
    }

    public static SubscriptionState StateIn(TableEntity row)
    {
        var stored = CompressedColumns.Read<Stored>(row, Column);
        return new SubscriptionState(stored.Events, stored.AccessVersion);
    }

    private sealed record Stored(int AccessVersion, IReadOnlyList<SubscriptionEvent> Events);
}
