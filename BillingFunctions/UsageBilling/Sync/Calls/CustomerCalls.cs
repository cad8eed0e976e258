using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>Keeps organizations as customers at Stripe. Each carries the organization's id in its metadata, by which it is found again when an answer was lost.</summary>
public sealed class CustomerCalls(StripeClients stripe, ShadowCalls shadow, OrganizationStore organizations)
{
    public const string OrganizationKey = "billing_organization_id";

    private CustomerService Customers => stripe.For(StripeLane.ItemSync).V1.Customers;

    /// <summary>The organization's customer, which is created if there is none.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="mayExist">Whether a call before may have created it without our knowing.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<string> EnsureAsync(Organization organization, bool mayExist, string attempt, CancellationToken cancellationToken)
    {
        if (organization.StripeCustomerId is { } known)
        {
            return known;
        }

        var id = (mayExist ? await FindAsync(organization, cancellationToken) : null) ?? await CreateAsync(organization, attempt, cancellationToken);
        await organizations.SetCustomerAsync(organization.Id, id, cancellationToken);
        return id;
    }

    /// <summary>Gives the customer the organization's name and address.</summary>
    internal Task UpdateAsync(Organization organization, CancellationToken cancellationToken) => shadow.AreOn ? shadow.UpdateCustomerAsync(organization, cancellationToken) : Customers.UpdateAsync(
        organization.StripeCustomerId, new CustomerUpdateOptions { Name = organization.Name, Email = organization.Email ?? "" }, cancellationToken: cancellationToken);

    private async Task<string> CreateAsync(Organization organization, string attempt, CancellationToken cancellationToken)
    {
        var options = new CustomerCreateOptions
        {
            Name = organization.Name,
            Email = organization.Email,
            Metadata = new Dictionary<string, string> { [OrganizationKey] = organization.Id },
        };
        var key = IdempotencyKeys.Of("customer", attempt, new { organization.Id, organization.Name, organization.Email });
        return shadow.AreOn
            ? await shadow.CreateCustomerAsync(organization, key, cancellationToken)
            : (await Customers.CreateAsync(options, new RequestOptions { IdempotencyKey = key }, cancellationToken)).Id;
    }

    /// <summary>Listed, not searched: Stripe's search lags behind.</summary>
    private async Task<string?> FindAsync(Organization organization, CancellationToken cancellationToken)
    {
        var options = new CustomerListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = organization.CreatedAt.UtcDateTime.AddMinutes(-5) },
            Limit = 100,
        };
        await foreach (var customer in StripeLists.AllAsync(options, page => Customers.ListAsync(page, cancellationToken: cancellationToken), cancellationToken))
        {
            if (customer.Metadata?.GetValueOrDefault(OrganizationKey) == organization.Id)
            {
                return customer.Id;
            }
        }

        return null;
    }
}
