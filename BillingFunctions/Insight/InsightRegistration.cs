using BillingFunctions.Connectors.Explain;
using BillingFunctions.Customers.Explain;
using BillingFunctions.Customers.Proof;
using BillingFunctions.Exports.Explain;
using BillingFunctions.Insight.Explain;
using BillingFunctions.Insight.Proofs;
using BillingFunctions.Invoicing.Explain;
using BillingFunctions.Invoicing.Proof;
using BillingFunctions.Operations.Audit;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Explaining;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Proving;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Subscriptions.Explain;
using BillingFunctions.UsageBilling.Explain;
using BillingFunctions.UsageBilling.Proof;
using BillingFunctions.Webhooks.Explain;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Insight;

internal static class InsightRegistration
{
    /// <summary>Adds what tells of the work of all other capabilities: the life of a thing, and the proof of a month.</summary>
    public static IServiceCollection AddInsight(this IServiceCollection services)
    {
        services.AddCapability("explain", [], typeof(ExplainFunction).Namespace!);
        services.AddCapability("proofs", [], typeof(ProofsFunctions).Namespace!);
        services.AddSingleton<IExplainer, InvoiceExplainer>();
        services.AddSingleton<IExplainer, UsageExplainer>();
        services.AddSingleton<IExplainer, SubscriptionExplainer>();
        services.AddSingleton<IExplainer, CustomerExplainer>();
        services.AddSingleton<IExplainer, ExportExplainer>();
        services.AddSingleton<IExplainer, WebhookEventExplainer>();
        services.AddSingleton<ITimelineSource, OperatorTimeline>();
        services.AddSingleton<ITimelineSource, FailedJobTimeline>();
        services.AddSingleton<ITimelineSource, ConnectorTimeline>();
        AddProofs(services);
        return services;
    }

    private static void AddProofs(IServiceCollection services)
    {
        services.AddRuns<MonthProof>();
        services.AddQueue(MonthProofs.Queue);
        services.AddSingleton<MonthProofs>();
        services.AddSingleton<MonthProver>();
        services.AddSingleton<ISweeper, ProofSweeper>();
        services.AddSingleton<IProofSource, InvoicingProofSource>();
        services.AddSingleton<IProofSource, UsageProofSource>();
        services.AddSingleton<IProofSource, StripeProofSource>();
    }
}
