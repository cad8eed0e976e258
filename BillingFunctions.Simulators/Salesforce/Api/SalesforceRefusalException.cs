namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>Salesforce would refuse this. A call over HTTP gets it as its answer, or as the answer for one of its records.</summary>
public sealed class SalesforceRefusalException : Exception
{
    internal SalesforceRefusalException(SalesforceProblem problem)
        : base($"{problem.Code}: {problem.Message}") => Problem = problem;

    internal SalesforceProblem Problem { get; }
}
