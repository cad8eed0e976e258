using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors;

/// <summary>What is to be sent to a system: the difference between what the record says and what the system is known to have.</summary>
internal static class ConnectorPlan
{
    /// <summary>How long a system keeps idempotency keys; Stripe's keys may be gone after 24 h.</summary>
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(23);

    /// <summary>What is to be done for a customer; null when nothing is.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="connector">The system.</param>
    /// <param name="begun">A creation there that was begun, and of which nobody knows whether it was carried out.</param>
    /// <param name="now">The current time.</param>
    /// <param name="failures">How many attempts have failed.</param>
    public static ConnectorCall? For(Customer customer, ICustomerConnector connector, BegunCreation? begun, DateTimeOffset now, int failures = 0)
    {
        var copy = customer.CopyIn(connector.Name);
        if (customer.Deleted)
        {
            // A customer that was deleted in one system stays in the others: only a request to us deletes it in all.
            return customer.Copies.DeletionAskedAt is null || copy is { Deleted: true } || (copy?.Id is null && begun is null) ? null : new ConnectorCall
            {
                Action = ConnectorAction.Delete,
                Customer = customer,
                RemoteId = copy?.Id,
                HasOurId = copy?.HasOurId == true,
                Target = CustomerContent.Empty,
                Creation = begun,
                Key = KeyOf(customer, "delete", copy, failures),
            };
        }

        // What is only in an uploaded file is billed by us; nobody has asked for it to be made elsewhere.
        if (customer.Origin == Customer.FromUpload || copy is { Deleted: true })
        {
            return null;
        }

        return copy?.Id is null ? Creation(customer, connector, begun, now) : Update(customer, connector, copy, now, failures);
    }

    /// <summary>A digest of what a system is to have.</summary>
    public static string DigestOf(CustomerContent content) => Digest(JsonSerializer.Serialize(content, StoredJson.Options));

    private static ConnectorCall Creation(Customer customer, ICustomerConnector connector, BegunCreation? begun, DateTimeOffset now)
    {
        var creation = begun ?? new BegunCreation(customer.Content.Where(connector.Covers), now);
        if (now - creation.At > KeysLast)
        {
            creation = creation with { IsInDoubt = true };
        }

        return new ConnectorCall
        {
            Action = ConnectorAction.Create,
            Customer = customer,
            HasOurId = true,
            Changes = creation.Content.ChangesFrom(CustomerContent.Empty),
            Target = creation.Content,
            Creation = creation,
            Key = string.Create(CultureInfo.InvariantCulture, $"customer-create-{Digest(customer.Id)}-{creation.Number}-{DigestOf(creation.Content)}"),
        };
    }

    private static ConnectorCall? Update(Customer customer, ICustomerConnector connector, CustomerCopy copy, DateTimeOffset now, int failures)
    {
        var target = customer.Content.Where(connector.Covers);
        var changes = target.ChangesFrom((copy.Known ?? CustomerContent.Empty).Where(connector.Covers));
        return changes.Count == 0 || copy.Sent?.Forbids(DigestOf(target), now) == true ? null : new ConnectorCall
        {
            Action = ConnectorAction.Update,
            Customer = customer,
            RemoteId = copy.Id,
            HasOurId = copy.HasOurId,
            Changes = changes,
            Target = target,
            Key = KeyOf(customer, "update", copy, failures) + DigestOf(target),
        };
    }

    /// <summary>
    /// With the last event, so that the same change, made again after somebody has undone it, is another call; and with the attempts that have failed, because a system may keep
    /// a failure under the key. Unlike a creation, an update or a deletion does no harm twice.
    /// </summary>
    private static string KeyOf(Customer customer, string action, CustomerCopy? copy, int failures) => string.Create(
        CultureInfo.InvariantCulture, $"customer-{action}-{Digest($"{customer.Id}\n{copy?.Id}\n{customer.Copies.Revision}\n{customer.LastEvent.EventId}\n{copy?.Sent?.At:O}\n{failures}")}-");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
}
