using BillingFunctions.Invoicing;

namespace BillingFunctions.Tests.Architecture;

/// <summary>The app keeps its rules, but for named exceptions; an exception that is no longer needed fails as a new breach does.</summary>
public sealed class RulesTests
{
    private static readonly TypeGraph App = new(typeof(InvoicingOptions).Assembly, "BillingFunctions");

    [Fact]
    public void Capabilities_KeepToTheirStores()
    {
        var exceptions = new Dictionary<string, string>
        {
            ["BilledCustomers -> CustomerStore"] = "A run reads every customer and needs eight columns; it knows the table by the store's constant.",
            ["UploadedCustomerWriter -> CustomerStore"] = "It writes a hundred customers in a transaction, by the store's entity; the store writes one customer at a time.",
            ["UploadsRegistration -> CustomerStore"] = "It registers the table that UploadedCustomerWriter writes.",
        };

        AssertOnly(exceptions, Rules.CapabilitiesKeepToTheirStores(App));
    }

    [Fact]
    public void Platform_KnowsNoCapability() => Assert.Empty(Rules.PlatformKnowsNoCapability(App));

    [Fact]
    public void Orchestrators_DoNoIo() => Assert.Empty(Rules.OrchestratorsDoNoIo(App));

    [Fact]
    public void Namespaces_FollowFolders() => Assert.Empty(Rules.NamespacesFollowFolders(
        Directory.EnumerateDirectories(Repository.Root, "BillingFunctions*").SelectMany(project => Repository.Sources(Path.GetFileName(project)))));

    private static void AssertOnly(Dictionary<string, string> exceptions, IEnumerable<Breach> breaches) =>
        Assert.Equal(exceptions.Keys.Order(StringComparer.Ordinal), breaches.Select(breach => breach.ToString()));
}
