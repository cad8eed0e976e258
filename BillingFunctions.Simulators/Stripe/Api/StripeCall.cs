using BillingFunctions.Simulators.Stripe.Events;
using Microsoft.Extensions.Primitives;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>One call as a handler sees it.</summary>
/// <param name="Id">The id in the path; empty when it has none.</param>
/// <param name="Parameters">Query of a GET or DELETE, form of a POST, with keys such as <c>address[city]</c>.</param>
internal sealed record StripeCall(
    string RequestId, StripeAccount Account, string Id, IReadOnlyDictionary<string, StringValues> Parameters, DateTimeOffset Now)
{
    public required ApiVersion ApiVersion { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>What the events of this call name as their cause.</summary>
    public EventCause Cause => new(RequestId, IdempotencyKey, Account.Livemode) { Context = Account.Context };

    public StripeAnswer Refuse(StripeProblem problem) => problem.ToAnswer(RequestId, Now);
}

/// <summary>Who calls.</summary>
/// <param name="Name">What limits and idempotency keys belong to: the API key, and the connected account if one is named.</param>
internal sealed record StripeAccount(string Name, bool Livemode)
{
    /// <summary>The connected account or context that the call names, such as <c>acct_1</c>; null for the key's own account.</summary>
    public string? Context { get; init; }
}
