using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Limits;

namespace BillingFunctions.Simulators.Salesforce.Faults;

/// <summary>The faults that are a refusal of the call, before anything is done.</summary>
internal static class FaultProblems
{
    /// <returns>What the call is answered with; null when the fault is no refusal.</returns>
    public static SalesforceAnswer? Of(SalesforceFault fault) => fault switch
    {
        SalesforceFault.ServerUnavailable => SalesforceAnswer.Refuse(SalesforceProblem.ServerUnavailable),
        SalesforceFault.ServerError => SalesforceAnswer.Refuse(SalesforceProblem.UnknownException),
        SalesforceFault.InvalidSession => SalesforceAnswer.Refuse(SalesforceProblem.InvalidSession),
        SalesforceFault.RequestLimit => new ReachedLimit("fault", SalesforceProblem.RequestLimit).ToAnswer(),
        _ => null,
    };
}
