using BillingFunctions.Customers;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Subscriptions.Access;

/// <summary><c>GET /api/customers/{id}/access</c>: whether a customer may use the service, and why. One read by key, and one more for an id of ours.</summary>
public sealed class GetAccessFunction(CustomerSubscriptionsStore customers, CustomerDirectory directory, IOptions<SubscriptionsOptions> options, TimeProvider time)
{
    /// <summary>Tells whether a customer may use the service, why, and until when.</summary>
    /// <remarks>A customer that is not known has no subscription, and so no access.</remarks>
    [Function(nameof(GetAccessFunction))]
    [ProducesResponseType<AccessDecision>(StatusCodes.Status200OK)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/access")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var stripeId = await directory.FindStripeIdAsync(PathSegment.Decode(id), cancellationToken);

        // A customer that nobody has heard of has no subscription, which is all that is asked.
        var known = TableKey.IsValid(stripeId) ? await customers.FindAsync(stripeId, cancellationToken) : CustomerSubscriptions.None;
        return ApiJson.Ok(AccessDecision.From(known.Subscriptions.Select(subscription => subscription.Access), options.Value.Grace, time.GetUtcNow()));
    }
}
