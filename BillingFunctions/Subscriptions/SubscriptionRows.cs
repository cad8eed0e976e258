using System.Globalization;
using Azure.Data.Tables;

namespace BillingFunctions.Subscriptions;

/// <summary>
/// The rows of a subscription in <c>Subscriptions</c>: all keys and columns. What is read back is the list of events alone;
/// the other columns, and the rows of the audit, are for whoever looks into the table.
/// </summary>
internal static class SubscriptionRows
{
    /// <summary>The row with the events; the partition is the subscription's id.</summary>
    public const string StateKey = "state";

    private const string Column = "State";

    public static TableEntity Of(string subscriptionId, SubscriptionState state)
    {
        var row = new TableEntity(subscriptionId, StateKey) { ["Events"] = state.Events.Count };
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

    public static TableEntity Of(string subscriptionId, AuditEntry entry) => new(subscriptionId, AuditKey(entry))
    {
        ["EventId"] = entry.EventId,
        ["Type"] = entry.Type,
        ["Time"] = entry.Time,
        ["From"] = entry.From?.ToString(),
        ["To"] = entry.To?.ToString(),
        ["Outcome"] = entry.Outcome.ToString(),
        ["Reason"] = entry.Reason,
    };

    private static string AuditKey(AuditEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"audit|{entry.Time.ToUnixTimeSeconds():D10}|{(int)entry.Change}|{entry.EventId}");

    private sealed record Stored(int AccessVersion, IReadOnlyList<SubscriptionEvent> Events);
}
