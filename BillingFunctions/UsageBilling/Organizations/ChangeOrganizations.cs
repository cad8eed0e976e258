using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>Adds, changes and deletes organizations, and has Stripe's customer follow.</summary>
public sealed class ChangeOrganizations(OrganizationStore store, UsageLedger ledger, TimeProvider time)
{
    /// <summary>Adds an organization. Doing it again under the same id adds none. Its customer, if it has none, is made by the sync.</summary>
    internal async Task<UsageRow> AddAsync(Organization organization, CancellationToken cancellationToken)
    {
        if (organization.StripeCustomerId is null)
        {
            // First, because the sender notices an entry without an organization, and nobody notices an organization without an entry.
            await QueueCustomerAsync(organization.Id, cancellationToken);
        }

        return await store.TryWriteAsync(organization, replaces: default, cancellationToken)
            ?? await store.FindAsync(organization.Id, cancellationToken)
            ?? throw new InvalidOperationException($"{organization.Id} was deleted while it was added.");
    }

    /// <summary>Writes a changed organization.</summary>
    /// <returns>The row as written; null when somebody else has changed it since it was read.</returns>
    internal async Task<UsageRow?> ReplaceAsync(Organization before, UsageRow read, Organization after, CancellationToken cancellationToken)
    {
        var concernsStripe = after.Name != before.Name || after.Email != before.Email || after.StripeCustomerId is null;
        if (concernsStripe)
        {
            // Queued before the write, in case the process dies after it; and after it, in case a sender has read the organization in between.
            await QueueCustomerAsync(after.Id, cancellationToken);
        }

        var written = await store.TryWriteAsync(after with { UpdatedAt = time.GetUtcNow() }, read.ETag, cancellationToken);
        if (concernsStripe && written is not null)
        {
            await QueueCustomerAsync(after.Id, cancellationToken);
        }

        return written;
    }

    /// <summary>Deletes an organization that has no invoices. Its customer stays at Stripe.</summary>
    /// <returns>False when it has invoices.</returns>
    internal async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        // Marked first, in its head: no invoice can be added from then on.
        var isFree = await ledger.ChangeAsync(
            id,
            async change =>
            {
                var isFree = !await ledger.ListAsync(id, UsageKeys.Invoices, after: null, cancellationToken).AnyAsync(cancellationToken);
                change.Head = isFree ? change.Head with { IsDeleted = true } : change.Head;
                return isFree;
            },
            cancellationToken);
        if (isFree)
        {
            await store.DeleteAsync(id, cancellationToken);
        }

        return isFree;
    }

    /// <summary>Has the customer created, or brought up to date. Called again while that is on its way, it changes nothing.</summary>
    internal Task<bool> QueueCustomerAsync(string id, CancellationToken cancellationToken, bool isRetried = false) => ledger.ChangeAsync(
        id,
        async change =>
        {
            var entry = new OutboxEntry { Kind = OutboxKind.Customer, Subject = id, QueuedAt = change.Now, IsRetried = isRetried };
            if ((await change.FindAsync(entry.Key, cancellationToken))?.Read<OutboxEntry>() is not { } waiting)
            {
                change.Open(entry);
                return true;
            }

            var next = waiting.GivenUp is null ? waiting : entry with { IsRetried = true };
            change.MarkEdited(next);
            change.Replace(next);
            return true;
        },
        cancellationToken);
}
