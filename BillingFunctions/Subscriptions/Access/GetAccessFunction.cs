using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Stripe;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Subscriptions.Access;

/// <summary><c>GET /api/customers/{id}/access</c>: whether a customer may use the service, and why. One read by key.</summary>
public sealed class GetAccessFunction(CustomerSubscriptionsStore customers, IOptions<SubscriptionsOptions> options, TimeProvider time)
{
    [Function(nameof(GetAccessFunction))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/access")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        // A customer that nobody has heard of has no subscription, which is all that is asked.
        var known = StripeId.IsOne(id) ? await customers.FindAsync(id, cancellationToken) : CustomerSubscriptions.None;
        return ApiJson.Ok(AccessDecision.Of(known.Subscriptions.Select(subscription => subscription.Access), options.Value.Grace, time.GetUtcNow()));
    }
}
