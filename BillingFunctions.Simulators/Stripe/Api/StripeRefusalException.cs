namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>Stripe would refuse this. A call over HTTP gets it as its answer.</summary>
public sealed class StripeRefusalException : Exception
{
    internal StripeRefusalException(StripeProblem problem)
        : base(problem.Message) => Problem = problem;

    internal StripeProblem Problem { get; }
}
