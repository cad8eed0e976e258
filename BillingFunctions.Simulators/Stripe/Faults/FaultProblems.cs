using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Faults;

/// <summary>The faults that are a refusal of the call, before anything is done.</summary>
internal static class FaultProblems
{
    /// <summary>What a fault refuses the call with; null when it does not.</summary>
    public static StripeProblem? Of(Fault fault, StripeCall call) => fault switch
    {
        Fault.LockTimeout => StripeProblem.LockTimeout,
        Fault.Refused => StripeProblem.Refused,
        Fault.CardDeclined => StripeProblem.CardDeclined,
        Fault.Unauthorized => StripeProblem.WrongApiKey(call.Account.Name),
        Fault.Forbidden => StripeProblem.Forbidden,
        Fault.NotFound => StripeProblem.Missing("object", call.Id),
        Fault.Conflict => StripeProblem.KeyInUse(call.IdempotencyKey ?? ""),
        _ => null,
    };
}
