using System.Text.Json;
using BillingFunctions.Connectors.Invoices;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Queues;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Connectors.Stripe;

/// <summary>
/// Customers at Stripe. Each that is created carries our id in its metadata; every call has a key that is the same for the same call, so that Stripe carries it out once. When a
/// key does not help, because Stripe keeps a failure under it or may have forgotten it, the customer is looked for by that id: in the list, since Stripe's search lags behind.
/// </summary>
public sealed class StripeConnector(StripeClients clients, StripeInvoiceCalls invoices, IOptions<StripeOptions> stripe, IOptions<CustomersOptions> options, TimeProvider time) : IInvoiceConnector
{
    /// <summary>Stripe's clock and ours may differ.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>How long nothing is sent after Stripe has refused the key.</summary>
    private static readonly TimeSpan KeyRefusedFor = TimeSpan.FromMinutes(1);

    public string Name => "stripe";

    public IReadOnlyList<string> MissingSettings => string.IsNullOrWhiteSpace(stripe.Value.ApiKey) ? [StripeOptions.ApiKeySetting] : [];

    /// <summary>Stripe has no call for several.</summary>
    public int MaxBatch => 1;

    public RetryPolicy DefaultRetries { get; } = new(
        MaxAttempts: 8, [.. new[] { 2, 5, 15, 60, 300, 900, 3600 }.Select(seconds => TimeSpan.FromSeconds(seconds))]);

    public bool TakesInvoices => true;

    private CustomerService Customers => clients.For(StripeLane.CustomerSync).V1.Customers;

    public bool Covers(string field) => field != CustomerContent.StripeIdField;

    public async Task<IReadOnlyList<ConnectorOutcome>> SendAsync(IReadOnlyList<ConnectorCall> calls, CancellationToken cancellationToken) =>
        await Task.WhenAll(calls.Select(call => SendAsync(call, cancellationToken)));

    public async Task<ConnectorOutcome> SendAsync(InvoiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            return new ConnectorOutcome.Made(await invoices.CreateAsync(call, cancellationToken));
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { } failure)
        {
            return OutcomeOf(failure);
        }
    }

    public async Task<IReadOnlyList<CustomerSnapshot>> ReadAsync(IReadOnlyList<string> remoteIds, CancellationToken cancellationToken)
    {
        var snapshots = new List<CustomerSnapshot>();
        foreach (var id in remoteIds)
        {
            var readAt = time.GetUtcNow();
            try
            {
                var found = await clients.For(StripeLane.Export).V1.Customers.GetAsync(id, cancellationToken: cancellationToken);
                snapshots.Add(SnapshotOf(found.StripeResponse!.Content, readAt) with { ReadAt = readAt });
            }
            catch (StripeException missing) when (missing.StripeError?.Code == "resource_missing")
            {
                // Of another account, or of a test that was cleared.
            }
        }

        return snapshots;
    }

    public async Task<RemoteCount> CountAsync(CancellationToken cancellationToken)
    {
        const int MaxPages = 1_000;
        var (count, newest, after) = (0L, new List<CustomerSnapshot>(), (string?)null);
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var readAt = time.GetUtcNow();
            var list = await clients.For(StripeLane.Export).V1.Customers.ListAsync(new CustomerListOptions { Limit = 100, StartingAfter = after }, cancellationToken: cancellationToken);
            var page = StripePage.Read(list.StripeResponse!, after);
            count += page.Items.Count;
            newest.AddRange(pages == 0 ? page.Items.Select(item => SnapshotOf(item, readAt) with { ReadAt = readAt }) : []);
            after = page.Next;
            if (after is null)
            {
                return new RemoteCount(count, IsComplete: true, newest);
            }
        }

        return new RemoteCount(count, IsComplete: false, newest);
    }

    private static ConnectorOutcome OutcomeOf(StripeFailure failure) => failure.Kind switch
    {
        FailureKind.Failed => new ConnectorOutcome.Failed(failure.Reason, failure.IsKept),
        FailureKind.TurnedAway => new ConnectorOutcome.TurnedAway(failure.Reason, failure.RetryAt),
        FailureKind.KeyRefused => new ConnectorOutcome.Unavailable(failure.Reason, KeyRefusedFor),
        FailureKind.Refused => new ConnectorOutcome.Refused(failure.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure.Kind, "Not a kind of failure"),
    };

    private async Task<ConnectorOutcome> SendAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        try
        {
            var answer = call.Action switch
            {
                ConnectorAction.Create => await CreateAsync(call, cancellationToken),
                ConnectorAction.Update => await UpdateAsync(call, cancellationToken),
                ConnectorAction.Delete => await DeleteAsync(call, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(call), call.Action, "Not an action"),
            };
            var write = new CompletedWrite(call.Changes, ConnectorPlan.DigestOf(call.Target), began, time.GetUtcNow());
            return new ConnectorOutcome.Done(answer with { OurId = call.Customer.Id, Write = write });
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { } failure)
        {
            return OutcomeOf(failure);
        }
    }

    private async Task<CustomerSnapshot> CreateAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        if (call.Creation!.IsInDoubt && await FindAsync(call, cancellationToken) is { } found)
        {
            return found;
        }

        var metadata = call.Target.Metadata.ToDictionary();
        metadata[options.Value.IdMetadataKey] = call.Customer.Id;
        var created = await Customers.CreateAsync(
            new CustomerCreateOptions
            {
                Name = call.Target[CustomerContent.NameField],
                Email = call.Target[CustomerContent.EmailField],
                Phone = call.Target[CustomerContent.PhoneField],
                Metadata = metadata,
            },
            new RequestOptions { IdempotencyKey = call.Key },
            cancellationToken);
        return SnapshotOf(created.StripeResponse!.Content, time.GetUtcNow());
    }

    /// <summary>The customer that a call whose answer was lost may have created.</summary>
    private async Task<CustomerSnapshot?> FindAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        var listed = new CustomerListOptions
        {
            Email = call.Creation!.Content[CustomerContent.EmailField],
            Created = new DateRangeOptions { GreaterThanOrEqual = (call.Creation.At - ClockTolerance).UtcDateTime },
            Limit = 100,
        };
        await foreach (var customer in StripeLists.AllAsync(listed, page => Customers.ListAsync(page, cancellationToken: cancellationToken), cancellationToken))
        {
            if (customer.Metadata?.GetValueOrDefault(options.Value.IdMetadataKey) == call.Customer.Id)
            {
                return SnapshotOf(customer.ToJson(), time.GetUtcNow());
            }
        }

        return null;
    }

    private async Task<CustomerSnapshot> UpdateAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        var update = new CustomerUpdateOptions
        {
            Name = Sent(CustomerContent.NameField),
            Email = Sent(CustomerContent.EmailField),
            Phone = Sent(CustomerContent.PhoneField),
            Metadata = call.Changes.Where(change => change.Key.StartsWith(CustomerContent.MetadataPrefix, StringComparison.Ordinal))
                .ToDictionary(change => change.Key[CustomerContent.MetadataPrefix.Length..], change => change.Value ?? ""),
        };
        var updated = await Customers.UpdateAsync(call.RemoteId, update, new RequestOptions { IdempotencyKey = call.Key }, cancellationToken);
        return SnapshotOf(updated.StripeResponse!.Content, time.GetUtcNow());

        // An empty text clears a field at Stripe; null leaves it.
        string? Sent(string field) => call.Changes.TryGetValue(field, out var value) ? value ?? "" : null;
    }

    /// <summary>One that is gone already is as good as deleted.</summary>
    private async Task<CustomerSnapshot> DeleteAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        var id = call.RemoteId ?? (await FindAsync(call, cancellationToken))?.RemoteId;
        try
        {
            await (id is null ? Task.CompletedTask : Customers.DeleteAsync(id, cancellationToken: cancellationToken));
        }
        catch (StripeException missing) when (missing.StripeError?.Code == "resource_missing")
        {
            // It was deleted by a call whose answer was lost, or by somebody else.
        }

        return new CustomerSnapshot
        {
            System = Name,
            RemoteId = id ?? "",
            Content = call.Customer.Content.Where(Covers),
            Covers = Covers,
            ChangedAt = time.GetUtcNow(),
            Deleted = true,
            Cause = Name,
        };
    }

    private CustomerSnapshot SnapshotOf(string json, DateTimeOffset now) => SnapshotOf(StripeText.Parse(json), now);

    private CustomerSnapshot SnapshotOf(JsonElement customer, DateTimeOffset now)
    {
        var (content, ourId) = StripeCustomerContent.Read(customer, options.Value.IdMetadataKey);
        return new CustomerSnapshot
        {
            System = Name,
            RemoteId = customer.Text("id") ?? throw new InvalidDataException("Stripe's customer has no id."),
            OurId = ourId,
            Content = content,
            Covers = Covers,
            ChangedAt = now,
            Deleted = customer.Flag("deleted"),
            Cause = Name,
        };
    }
}
