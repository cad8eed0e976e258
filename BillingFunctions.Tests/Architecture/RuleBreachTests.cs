namespace BillingFunctions.Tests.Architecture;

/// <summary>The rules find breaches: types of this assembly break each of them.</summary>
public sealed class RuleBreachTests
{
    private static readonly TypeGraph Samples = new(typeof(RuleBreachTests).Assembly, typeof(RuleBreachTests).Namespace + ".Samples");

    [Fact]
    public void CapabilitiesKeepToTheirStores_CallConstantAndField_AreBreaches() => Assert.Equal(
        ["CallsAStore -> SampleStore", "HoldsRows -> SampleRows", "NamesATable -> SampleStore"],
        Rules.CapabilitiesKeepToTheirStores(Samples).Select(breach => breach.ToString()));

    [Fact]
    public void PlatformKnowsNoCapability_ARecordOfOne_IsABreach() =>
        Assert.Equal([new Breach("KnowsACapability", "SampleCustomer")], Rules.PlatformKnowsNoCapability(Samples));

    [Fact]
    public void OrchestratorsDoNoIo_HttpBehindAHelper_IsABreach() =>
        Assert.Contains(new Breach("SampleHelper", "System.Net.Http.HttpClient"), Rules.OrchestratorsDoNoIo(Samples));

    [Fact]
    public void NamespacesFollowFolders_OtherNamespace_IsABreach() => Assert.Equal(
        [new Breach("BillingFunctions/Exports/Runs/ExportRun.cs", "BillingFunctions.Exports")],
        Rules.NamespacesFollowFolders(new Dictionary<string, string>
        {
            ["BillingFunctions/Exports/Runs/ExportRun.cs"] = "namespace BillingFunctions.Exports;\n",
            ["BillingFunctions/Exports/ExportView.cs"] = "namespace BillingFunctions.Exports;\n",
        }));
}
