using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(BillingFunctions.Tests.Fixtures.LongestFirst))]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>Begins with the classes that wait out a crash, so that short tests fill the time beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "InvoicingReliabilityTests", "InvoicingRunTests", "ExportCrashTests", "UsageCrashTests", "ProgramTests", "BurstTests", "ExportFaultsTests", "MissingSettingsTests", "WebhookLoadTests",
        "FailureTableTests", "UploadReliabilityTests", "SalesforceInboundTests", "StripeAddressTests", "ConnectorCrashTests", "HostTests", "ConnectorSyncTests", "SweepAfterCrashTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length)];
}
