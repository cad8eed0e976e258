using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>The organizations in <c>Organizations</c>: partition is a bucket of the id, row the id.</summary>
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

    /// <summary>Adds an organization, or writes over the version of it that was read.</summary>
    /// <returns>The row as written; null when it exists already, or has been changed since.</returns>
    internal async Task<UsageRow?> TryWriteAsync(Organization organization, ETag replaces, CancellationToken cancellationToken)
    {
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

    internal Task DeleteAsync(string id, CancellationToken cancellationToken) => _table.DeleteEntityAsync(TableKey.Bucket(id), id, ETag.All, cancellationToken);

    /// <summary>Behind them is the secret of <see cref="Usage.UsageLinks"/>.</summary>
    private const string EndOfBuckets = "g";
}
