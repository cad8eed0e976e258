using BillingFunctions.Tests.Browser;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(BillingFunctions.Tests.Fixtures.LongestFirst))]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>Begins with the classes that wait out a crash, so that short tests fill the time beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "FaultTests", nameof(DashboardTests), "InvoicingReliabilityTests", "InvoicingRunTests", "ExportCrashTests", "UsageCrashTests", "ShadowRunTests", "ProgramTests", "BurstTests", "ExportFaultsTests", "MissingSettingsTests", "WebhookLoadTests", "HostileInputTests",
        "FailureTableTests", "UploadReliabilityTests", "SalesforceInboundTests", "StripeAddressTests", "ConnectorCrashTests", "HostTests", "ConnectorSyncTests", "SweepAfterCrashTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => IsOf(collection.TestCollectionDisplayName, name)) is >= 0 and var place ? place : Long.Length)];

    /// <summary>A collection has its own name, or that of its only class in a sentence.</summary>
    private static bool IsOf(string collection, string name) => collection == name || collection.Contains($".{name} ", StringComparison.Ordinal);
}
