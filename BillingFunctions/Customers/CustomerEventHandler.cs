using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Customers;

/// <summary>
/// Takes in what Stripe's events say about customers. An event that carries our id in its metadata is about that customer; any other one about the customer that its Stripe id
/// leads to, or that is added under it.
/// </summary>
internal sealed class CustomerEventHandler(CustomerDirectory directory, ICurrentObjects stripe, IOptions<CustomersOptions> options) : IStripeEventHandler
{
    /// <summary>How far Stripe's clock and ours may be apart, with the second to which Stripe rounds its times.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(3);

    public string? SubjectOf(StripeEvent stripeEvent) => CustomerEvents.IdOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var expectNew = events.Any(stripeEvent => stripeEvent.Type == EventTypes.CustomerCreated);
        foreach (var last in events.Select(Read).ToList().Latest(said => said.Customer.LastEvent, said => said.Customer.ContentHash()))
        {
            await ApplyAsync(last, last.OurId, expectNew, cancellationToken);
        }
    }

    private static bool IsLinkedElsewhere(Customer? stored, string stripeId) => stored?.StripeId is { } other && other != stripeId;

    private async Task ApplyAsync(Said said, string? ourId, bool expectNew, CancellationToken cancellationToken)
    {
        var stripeId = said.Customer.Id;
        var change = await directory.ChangeAsync(ourId ?? stripeId, expectNew && ourId is null, said.Event.Id, Next, cancellationToken);
        if (ourId is null || change.After is null)
        {
            return;
        }

        if (IsLinkedElsewhere(change.After, stripeId))
        {
            await directory.NoteNotLinkedAsync(change.After, SnapshotOf(said), cancellationToken);
            await ApplyAsync(said, ourId: null, expectNew: false, cancellationToken);
            return;
        }

        await directory.LeadAsync(stripeId, change.After.Id, said.Event.Id, said.At, cancellationToken);

        async ValueTask<CustomerChange?> Next(Customer? stored) =>
            stored is null ? new CustomerChange(said.Customer with { Id = ourId ?? stripeId }, [], said.At)
            : IsLinkedElsewhere(stored, stripeId) ? null
            : await NextAsync(stored, said, cancellationToken);
    }

    /// <returns>Null when what is stored is as new.</returns>
    private async Task<CustomerChange?> NextAsync(Customer stored, Said said, CancellationToken cancellationToken)
    {
        var (stamp, copy) = (said.Customer.LastEvent, stored.CopyIn(Customer.FromStripe));
        var isLater = stamp > stored.LastEvent;
        var (isBeforeWrite, isDuringWrite) = Compare(said, copy);
        var saysOther = !said.Customer.StripeContent.Equals(copy?.Known) || said.Customer.Currency != stored.Currency;
        if (saysOther && (stamp.IsTiedWith(stored.LastEvent) || (isLater && isDuringWrite)) && await FindCurrentAsync(said, cancellationToken) is { } current)
        {
            return await ApplyAsync(stored, current with { Customer = current.Customer with { LastEvent = isLater ? stamp : stored.LastEvent } }, cancellationToken);
        }

        return !isLater ? null
            : isBeforeWrite && !said.Customer.Deleted ? new CustomerChange(stored.WithStampsKept() with { LastEvent = stamp, Created = said.Customer.Created, Livemode = said.Customer.Livemode }, [], said.At)
            : await ApplyAsync(stored, said, cancellationToken);
    }

    private async Task<CustomerChange> ApplyAsync(Customer stored, Said said, CancellationToken cancellationToken)
    {
        var merged = await directory.MergeAsync(stored.WithStampsKept(), SnapshotOf(said), cancellationToken);
        var next = merged.Customer with
        {
            LastEvent = said.Customer.LastEvent,
            Currency = said.Customer.Currency,
            Livemode = said.Customer.Livemode,
            Created = said.Customer.Created,
            Deleted = stored.Deleted || said.Customer.Deleted,
        };
        return merged with { Customer = next.Simplified() };
    }

    /// <summary>Whether an event happened before our last write to the customer, and whether it may have happened while that was under way: then only Stripe knows which was first.</summary>
    private static (bool IsBefore, bool IsDuring) Compare(Said said, CustomerCopy? copy) =>
        copy is not { WriteBegan: { } began, WriteEnded: { } ended } ? (false, false)
        : said.At < began - ClockTolerance ? (true, false)
        : (false, said.At <= ended + ClockTolerance);

    private async Task<Said?> FindCurrentAsync(Said about, CancellationToken cancellationToken) =>
        await stripe.FindCustomerAsync(about.Customer.Id, cancellationToken) is { } current ? Read(about.Event with { Object = current }) : null;

    private Said Read(StripeEvent stripeEvent)
    {
        var (customer, ourId) = CustomerEvents.Read(stripeEvent, options.Value.IdMetadataKey);
        return new Said(stripeEvent, customer, ourId);
    }

    private static CustomerSnapshot SnapshotOf(Said said) => new()
    {
        System = Customer.FromStripe,
        RemoteId = said.Customer.Id,
        OurId = said.OurId,
        Content = said.Customer.StripeContent,
        Covers = static field => field != CustomerContent.StripeIdField,
        ChangedAt = said.At,
        Deleted = said.Customer.Deleted,
        Cause = said.Event.Id,
    };

    private sealed record Said(StripeEvent Event, Customer Customer, string? OurId)
    {
        public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(Event.Created);
    }
}
