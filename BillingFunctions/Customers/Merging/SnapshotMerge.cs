using System.Collections.Immutable;

namespace BillingFunctions.Customers.Merging;

/// <summary>
/// What becomes of a customer when a system tells what it has. A three-way comparison: what the system says now, what it was known to have, what the record says. Only
/// what the system has changed since is taken, so that its copy of an older state, on its way while a change of ours goes out, undoes nothing, and what it has from us
/// changes nothing at all.
/// </summary>
internal static class SnapshotMerge
{
    /// <summary>Merges what a system says into the customer.</summary>
    /// <returns>The customer to be, and which values were lost.</returns>
    public static (Customer Customer, IReadOnlyList<Overwrite> Overwrites) Apply(Customer customer, CustomerSnapshot said, FieldOwners owners)
    {
        var (present, copy) = (customer.Content, customer.CopyIn(said.System));

        // What it has just taken from us is no change of its own, even if the record has moved on since.
        var known = said.Write is null ? copy?.Known : (copy?.Known ?? CustomerContent.Empty).With(said.Write.Changes);
        var (taken, overwrites, stamps) = (new Dictionary<string, string?>(), new List<Overwrite>(), customer.Copies.Stamps.ToBuilder());
        foreach (var field in said.Deleted ? [] : present.Fields.Union(said.Content.Fields).Where(field => said.Covers(field) && field != CustomerContent.StripeIdField))
        {
            var (mine, theirs) = (present[field], said.Content[field]);
            if (mine == theirs || (known is not null && known[field] == theirs) || (said.UnderWay is { } underWay && underWay[field] == theirs))
            {
                continue;
            }

            var (was, stamp) = (customer.StampOf(field), new FieldStamp(said.System, said.ChangedAt));
            if (known is null && theirs is null && was.By != Customer.FromUpload)
            {
                // What it has never had it has not cleared.
                continue;
            }

            var isTaken = owners.Accept(field, stamp, was, mine is not null);
            if (isTaken)
            {
                taken[field] = theirs;
                stamps[field] = stamp;
            }

            if (was.By != said.System && (mine is not null || !isTaken))
            {
                overwrites.Add(isTaken ? new Overwrite(field, theirs, said.System, mine, was.By) : new Overwrite(field, mine, was.By, theirs, said.System));
            }
        }

        // Of a customer that only Stripe knows the record itself tells all.
        var isPlain = said.System == Customer.FromStripe && said.Write is null && customer.Copies.IsEmpty && customer.Origin is Customer.FromStripe or Customer.FromUpload;
        var next = (isPlain ? customer.With(present.With(taken)) : Settled(customer, taken, stamps.ToImmutable())).WithCopy(said.System, CopyAfter(copy, said));
        return (next with { Origin = customer.Origin == Customer.FromUpload ? said.System : customer.Origin }, overwrites);
    }

    /// <summary>The customer after a change that a request to the API makes.</summary>
    public static Customer Change(Customer customer, IReadOnlyDictionary<string, string?> changes, DateTimeOffset now)
    {
        var present = customer.Content;
        var real = changes.Where(change => present[change.Key] != (string.IsNullOrEmpty(change.Value) ? null : change.Value)).ToDictionary();
        var stamps = customer.Copies.Stamps.SetItems(real.Keys.Select(field => new KeyValuePair<string, FieldStamp>(field, new FieldStamp(Customer.FromApi, now))));
        return Settled(customer, real, stamps);
    }

    private static Customer Settled(Customer customer, Dictionary<string, string?> taken, ImmutableSortedDictionary<string, FieldStamp> stamps)
    {
        if (taken.Count == 0)
        {
            return customer;
        }

        var copies = customer.WithStripesCopy().Copies with { Stamps = stamps, Revision = customer.Copies.Revision + 1 };
        return customer.With(customer.Content.With(taken)) with { Copies = copies };
    }

    private static CustomerCopy CopyAfter(CustomerCopy? copy, CustomerSnapshot said) => (copy ?? new CustomerCopy()) with
    {
        Id = said.RemoteId,
        Known = said.Deleted ? copy?.Known : said.Content,
        HasOurId = said.OurId is not null,
        Deleted = copy?.Deleted == true || said.Deleted,
        SeenAt = said.Write is null && !(copy?.SeenAt > said.ChangedAt) ? said.ChangedAt : copy?.SeenAt,
        WriteBegan = said.Write?.Began ?? copy?.WriteBegan,
        WriteEnded = said.Write?.Ended ?? copy?.WriteEnded,
        Sent = said.Write is { } write ? SentContent.After(copy?.Sent, write.Digest, write.Ended) : copy?.Sent,
    };
}

/// <summary>A value that lost against another one.</summary>
/// <param name="Field">The field.</param>
/// <param name="Kept">The value that stays; null for none.</param>
/// <param name="KeptFrom">Who has set it.</param>
/// <param name="Lost">The value that is lost.</param>
/// <param name="LostFrom">Who had set that.</param>
internal sealed record Overwrite(string Field, string? Kept, string KeptFrom, string? Lost, string LostFrom);
