using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Customers;

/// <summary>
/// The customers as other parts of the app see and change them. A customer is found by any of its ids; each change is merged by the owners of its fields, audited, and
/// told to those who follow.
/// </summary>
public sealed class CustomerDirectory(
    CustomerStore store, CustomerAudit audit, IOptions<FieldOwners> owners, IEnumerable<ICustomerFollower> followers, TimeProvider time)
{
    private readonly IReadOnlyList<ICustomerFollower> _followers = [.. followers];

    /// <inheritdoc cref="CustomerStore.FindAsync"/>
    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>The id at Stripe of a customer; the id itself when nothing else is known.</summary>
    /// <param name="id">Any of its ids.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<string> FindStripeIdAsync(string id, CancellationToken cancellationToken) =>
        id.StartsWith("cus_", StringComparison.Ordinal) ? id : (await FindAsync(id, cancellationToken))?.StripeId ?? id;

    /// <inheritdoc cref="CustomerStore.FindKnownAsync"/>
    internal Task<Customer?> FindKnownAsync(string id, CancellationToken cancellationToken) => store.FindKnownAsync(id, cancellationToken);

    /// <inheritdoc cref="CustomerStore.ListAsync"/>
    public IAsyncEnumerable<Customer> ListAsync(string? after, int pageSize, CancellationToken cancellationToken) => store.ListAsync(after, pageSize, cancellationToken);

    /// <summary>Takes in what a system has of a customer, which is added if it is not known. The same snapshot again changes nothing.</summary>
    /// <returns>The customer as it is now; null when the snapshot is older than our last write to that system, or is of a deleted customer that is not known: nothing was changed.</returns>
    public Task<Customer?> HearAsync(CustomerSnapshot said, CancellationToken cancellationToken) => HearAsync(said, isFresh: said.Write is null, cancellationToken);

    /// <summary>Takes in what a system has of a customer, as the customer is stored or as it is remembered.</summary>
    /// <param name="said">What the system has.</param>
    /// <param name="isFresh">Whether the customer is read in any case. What a write of ours has brought is written in any case, so that one that is out of date is noticed.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    private async Task<Customer?> HearAsync(CustomerSnapshot said, bool isFresh, CancellationToken cancellationToken)
    {
        var (isElsewhere, isIgnored) = (false, false);
        var change = await ChangeAsync(said.OurId ?? said.RemoteId, expectNew: false, said.Cause, Next, cancellationToken, isFresh);
        if (isElsewhere && !isFresh)
        {
            return await HearAsync(said, isFresh: true, cancellationToken);
        }

        if (isElsewhere && said.OurId is not null)
        {
            // It claims to be a customer that is another one there: it is a customer of its own.
            await NoteNotLinkedAsync(change.After!, said, cancellationToken);
            return await HearAsync(said with { OurId = null }, cancellationToken);
        }

        if (isElsewhere || isIgnored)
        {
            return null;
        }

        await LeadAsync(said.RemoteId, change.After!.Id, said.Cause, said.ChangedAt, cancellationToken);
        return change.After;

        async ValueTask<CustomerChange?> Next(Customer? stored)
        {
            isElsewhere = stored?.CopyIn(said.System)?.Id is { } linked && linked != said.RemoteId;
            isIgnored = !isElsewhere && (stored is null ? said.Deleted : IsOutdated(stored, said));
            if (isElsewhere || isIgnored)
            {
                return null;
            }

            var merged = await MergeAsync(stored ?? new Customer { Id = said.OurId ?? said.RemoteId, LastEvent = EventVersion.None, Origin = said.System }, said, cancellationToken);
            return stored is not null && SaysTheSame(stored, merged.Customer, said.System) ? null : merged;
        }
    }

    /// <summary>Changes a customer, or adds it.</summary>
    /// <param name="id">Any of its ids.</param>
    /// <param name="cause">What brings the change, for the audit and for those who follow.</param>
    /// <param name="change">The customer to be, from the one that is stored; null when nothing is to be written. May be called several times.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="expectNew">Whether there is probably none yet: then it is not looked for first.</param>
    /// <returns>The customer before and after.</returns>
    public async Task<(Customer? Before, Customer? After)> ChangeAsync(
        string id, string cause, Func<Customer?, Customer?> change, CancellationToken cancellationToken, bool expectNew = false)
    {
        var changed = await ChangeAsync(
            id, expectNew, cause, stored => new(change(stored) is { } next ? new CustomerChange(next, [], time.GetUtcNow()) : null), cancellationToken, isFresh: true);
        return (changed.Before, changed.After);
    }

    /// <inheritdoc cref="ChangeAsync(string, string, Func{Customer?, Customer?}, CancellationToken, bool)"/>
    internal async Task<RowChange<Customer>> ChangeAsync(
        string id, bool expectNew, string cause, Func<Customer?, ValueTask<CustomerChange?>> change, CancellationToken cancellationToken, bool isFresh = false)
    {
        var changed = await store.ChangeAsync(
            id,
            expectNew,
            async stored =>
            {
                if (await change(stored) is not { } next)
                {
                    return null;
                }

                await audit.NoteAsync(next.Customer.Id, next.Overwrites, next.At, cause, cancellationToken);
                foreach (var follower in _followers)
                {
                    await follower.PrepareAsync(stored, next.Customer, cause, cancellationToken);
                }

                return next.Customer;
            },
            cancellationToken,
            isFresh);
        foreach (var follower in changed.After is null ? [] : _followers)
        {
            await follower.FollowAsync(changed.Before, changed.After!, cause, cancellationToken);
        }

        return changed;
    }

    /// <summary>What becomes of a customer that a system tells of. What a call of ours, whose answer has not come yet, may have made of it there is no change of the system's.</summary>
    internal async Task<CustomerChange> MergeAsync(Customer customer, CustomerSnapshot said, CancellationToken cancellationToken)
    {
        var underWay = (CustomerContent?)null;
        if (said is { Write: null, Deleted: false } && !said.Content.Equals(customer.CopyIn(said.System)?.Known))
        {
            foreach (var follower in _followers)
            {
                underWay ??= await follower.FindUnderWayAsync(customer, said.System, cancellationToken);
            }
        }

        return Merge(customer, said with { UnderWay = underWay });
    }

    private CustomerChange Merge(Customer customer, CustomerSnapshot said)
    {
        var (next, overwrites) = SnapshotMerge.Apply(customer, said, owners.Value);
        return new CustomerChange(next, overwrites, said.ChangedAt);
    }

    /// <summary>Has the id that a customer has in some system lead to it. What was known under that id alone becomes a part of the customer.</summary>
    /// <param name="remoteId">The id there.</param>
    /// <param name="customerId">The customer's own id.</param>
    /// <param name="cause">What has shown that the two are one.</param>
    /// <param name="at">When that happened.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task LeadAsync(string remoteId, string customerId, string cause, DateTimeOffset at, CancellationToken cancellationToken)
    {
        while (remoteId != customerId && !store.IsKnownToLead(remoteId, customerId) && !await store.TryLeadAsync(remoteId, customerId, replaces: default, cancellationToken))
        {
            if (await store.FindRowAsync(remoteId, cancellationToken) is { } row && await IsSettledAsync(row, customerId, cause, at, cancellationToken))
            {
                return;
            }
        }
    }

    /// <returns>False when the row has changed meanwhile.</returns>
    private async Task<bool> IsSettledAsync(CustomerStore.Entity row, string customerId, string cause, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (row.MergedInto.Length > 0)
        {
            if (row.MergedInto != customerId)
            {
                await audit.NoteAsync(customerId, "not_linked", $"{row.RowKey} belongs to {row.MergedInto}.", at, cause, cancellationToken);
            }

            return true;
        }

        var own = row.ToCustomer();
        await audit.NoteAsync(customerId, "merged", $"{own.Id} ({own.Origin}) has become a part of this customer.", at, cause, cancellationToken);
        await ChangeAsync(customerId, expectNew: false, cause, stored => new(Absorb(stored ?? new Customer { Id = customerId, LastEvent = EventVersion.None, Origin = own.Origin }, own)), cancellationToken);
        return await store.TryLeadAsync(own.Id, customerId, row.ETag, cancellationToken);
    }

    /// <summary>The customer with all that was known of it under another id.</summary>
    private CustomerChange Absorb(Customer customer, Customer other)
    {
        var (next, overwrites) = (customer, new List<Overwrite>());
        foreach (var system in other.Copies.All.Keys.Append(Customer.FromStripe).Distinct())
        {
            if (other.CopyIn(system) is { Id: not null } copy && IsNewer(other, copy, next, system))
            {
                var merged = Merge(next, SnapshotOf(other, copy, system));
                next = merged.Customer;
                overwrites.AddRange(merged.Overwrites);
            }
        }

        foreach (var (field, stamp) in other.Copies.Stamps.Where(stamp => stamp.Value.By == Customer.FromApi && other.Content[stamp.Key] != next.Content[stamp.Key]))
        {
            var (mine, was) = (next.Content[field], next.StampOf(field));
            var isTaken = owners.Value.Accept(field, stamp, was, mine is not null);
            overwrites.Add(isTaken ? new Overwrite(field, other.Content[field], stamp.By, mine, was.By) : new Overwrite(field, mine, was.By, other.Content[field], stamp.By));
            next = isTaken ? SnapshotMerge.Change(next, new Dictionary<string, string?> { [field] = other.Content[field] }, stamp.At) : next;
        }

        if (other.Copies.DeletionAskedAt is { } asked)
        {
            next = next.WithStripesCopy();
            next = next with { Deleted = true, Copies = next.Copies with { DeletionAskedAt = next.Copies.DeletionAskedAt ?? asked } };
        }

        if (other.StripeId == next.StripeId && other.LastEvent > next.LastEvent)
        {
            next = next with { LastEvent = other.LastEvent, Currency = other.Currency ?? next.Currency, Livemode = other.Livemode, Created = other.Created, Deleted = next.Deleted || other.Deleted };
        }

        if (next.LastIngestedAt is null || other.LastIngestedAt > next.LastIngestedAt)
        {
            next = next with
            {
                LastIngestedAt = other.LastIngestedAt,
                LastIngestedBy = other.LastIngestedBy,
                FirstBillingMonth = other.FirstBillingMonth ?? next.FirstBillingMonth,
                TimeZone = other.TimeZone ?? next.TimeZone,
                UploadedEmail = other.UploadedEmail ?? next.UploadedEmail,
                UploadedCurrency = other.UploadedCurrency ?? next.UploadedCurrency,
            };
        }

        return new CustomerChange(next.Simplified(), overwrites, other.UpdatedAt);
    }

    /// <summary>Whether one record has a later word of a system than another, about the same customer there. The first may have been merged before, and have changed since.</summary>
    private static bool IsNewer(Customer one, CustomerCopy copy, Customer other, string system) => other.CopyIn(system) is not { Id: { } id } known
        || (id == copy.Id && (known.Known is null || (system == Customer.FromStripe ? one.LastEvent > other.LastEvent : copy.SeenAt > known.SeenAt)));

    /// <summary>What a record says of what a system has.</summary>
    private static CustomerSnapshot SnapshotOf(Customer customer, CustomerCopy copy, string system)
    {
        var content = copy.Known ?? customer.Content;
        return new CustomerSnapshot
        {
            System = system,
            RemoteId = copy.Id!,
            Content = content,
            Covers = field => copy.Known is null || system == Customer.FromStripe || content.Fields.Contains(field),
            ChangedAt = system == Customer.FromStripe ? DateTimeOffset.FromUnixTimeSeconds(customer.LastEvent.Created) : copy.SeenAt ?? customer.UpdatedAt,
            Cause = customer.Id,
            Deleted = copy.Deleted,
        };
    }

    internal Task NoteNotLinkedAsync(Customer customer, CustomerSnapshot said, CancellationToken cancellationToken) => audit.NoteAsync(
        customer.Id, "not_linked", $"{said.RemoteId} names this customer, which is {customer.CopyIn(said.System)?.Id} in {said.System}.", said.ChangedAt, said.Cause, cancellationToken);

    /// <summary>Whether a snapshot may be older than what we know: it was read before our last write was done, or what is known was changed later.</summary>
    private static bool IsOutdated(Customer stored, CustomerSnapshot said) =>
        said.Write is null && stored.CopyIn(said.System) is { } copy && (said.ReadAt <= copy.WriteEnded || said.ChangedAt < copy.SeenAt);

    private static bool SaysTheSame(Customer one, Customer other, string system) =>
        one.CopyIn(system) == other.CopyIn(system) && one.Content.Equals(other.Content) && one.Origin == other.Origin;
}

/// <summary>A change of a customer.</summary>
/// <param name="Customer">The customer to be.</param>
/// <param name="Overwrites">Which values are lost.</param>
/// <param name="At">When the change happened.</param>
internal sealed record CustomerChange(Customer Customer, IReadOnlyList<Overwrite> Overwrites, DateTimeOffset At);
