using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>
/// The organizations in <c>Organizations</c>: partition is a bucket of the id, row the id. Behind the buckets is the index by Stripe customer, which several may share:
/// partition <c>stripe-customer|cus_…</c>, row the organization. Its row is written before each write of an organization that has a customer, so that a crash between
/// the two leaves at most a row too many; whoever reads the index looks whether the organization says so too. An organization that was last written before there was
/// an index is in it from its next write on.
/// </summary>
public sealed class OrganizationStore(TableServiceClient tables)
{
    public const string Table = "Organizations";

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>The organization's row; null when there is none, or the text is not an id.</summary>
    internal async Task<UsageRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        OrganizationId.Is(id) ? await _table.FindAsync<UsageRow>(TableKey.Bucket(id), id, cancellationToken) : null;

    /// <summary>All organizations behind <paramref name="after"/>, bucket by bucket.</summary>
    /// <param name="after">An id; null for the beginning.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<Organization> ListAsync(string? after, int pageSize, CancellationToken cancellationToken) => _table
        .ListBehindAsync<UsageRow>(after is null ? null : (TableKey.Bucket(after), after), cancellationToken, pageSize: pageSize, partitions: ("", EndOfBuckets))
        .Select(row => row.Read<Organization>());

    /// <summary>The organizations that are this customer at Stripe, in the order of their ids.</summary>
    internal IAsyncEnumerable<Organization> ListOfCustomerAsync(string stripeCustomerId, CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {IndexOf(stripeCustomerId)}"), select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken)
        .Select(async (row, _, token) => (await FindAsync(row.RowKey, token))?.Read<Organization>())
        .Where(organization => organization?.StripeCustomerId == stripeCustomerId)
        .Select(organization => organization!);

    /// <summary>Adds an organization, or writes over the version of it that was read.</summary>
    /// <returns>The row as written; null when it exists already, or has been changed since.</returns>
    internal async Task<UsageRow?> TryWriteAsync(Organization organization, ETag replaces, CancellationToken cancellationToken)
    {
        if (organization.StripeCustomerId is { } customer)
        {
            await _table.UpsertEntityAsync(new TableEntity(IndexOf(customer), organization.Id), TableUpdateMode.Replace, cancellationToken);
        }

        var row = UsageRow.Of(TableKey.Bucket(organization.Id), organization.Id, organization);
        return await _table.TryWriteAsync(row, replaces, cancellationToken) is null ? null : row;
    }

    /// <summary>Notes the organization's customer at Stripe.</summary>
    internal async Task SetCustomerAsync(string id, string stripeCustomerId, CancellationToken cancellationToken)
    {
        while (await FindAsync(id, cancellationToken) is { } row
            && row.Read<Organization>() is { StripeCustomerId: null } organization
            && await TryWriteAsync(organization with { StripeCustomerId = stripeCustomerId }, row.ETag, cancellationToken) is null)
        {
            // Somebody else has changed it meanwhile.
        }
    }

    /// <summary>Deletes the organization, and then its row in the index: if that is not reached, it is a row too many.</summary>
    internal async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var customer = (await FindAsync(id, cancellationToken))?.Read<Organization>().StripeCustomerId;
        await _table.DeleteEntityAsync(TableKey.Bucket(id), id, ETag.All, cancellationToken);
        if (customer is not null)
        {
            await _table.DeleteEntityAsync(IndexOf(customer), id, ETag.All, cancellationToken);
        }
    }

    /// <summary>Behind them are the index and the secret of <see cref="Usage.UsageLinks"/>.</summary>
    private const string EndOfBuckets = "g";

    private static string IndexOf(string stripeCustomerId) => $"stripe-customer|{TableKey.From(stripeCustomerId)}";
}
