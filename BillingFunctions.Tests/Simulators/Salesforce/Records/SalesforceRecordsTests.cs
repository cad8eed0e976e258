using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Simulators.Salesforce.Records;

public sealed class SalesforceRecordsTests
{
    [Fact]
    public async Task CreateUpdateDelete_InSalesforcesPages_NameAnotherUserThanTheApi()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        var id = simulator.Records.Create("Account", ("Name", "Ada"));
        await http.UpsertAsync(("c1", "Bea"));
        var bea = simulator.Records.FindBy("Account", "Billing_Customer_Id__c", "c1")[0];
        simulator.Records.Update("Account", bea.Id[..15], ("Phone", "1"));
        simulator.Records.Delete("Account", id);

        Assert.NotEqual(simulator.ApiUserId, simulator.PersonId);
        Assert.Equal(simulator.ApiUserId, bea.LastModifiedById);
        Assert.Equal(simulator.PersonId, simulator.Records.Find("Account", bea.Id)!.LastModifiedById);
        Assert.Equal((1, 2), (simulator.Records.Count("Account"), simulator.Records.All("Account", withDeleted: true).Count));
        Assert.True(simulator.Records.Find("Account", id)!.IsDeleted);
    }

    [Fact]
    public async Task CreateAll_OneIsRefused_CreatesNone()
    {
        await using var simulator = await SalesforceFake.StartAsync();

        var refusal = Assert.Throws<SalesforceRefusalException>(() => simulator.Records.CreateAll("Account", [[("Name", "Ada")], [("Phone", "1")]]));

        Assert.StartsWith("REQUIRED_FIELD_MISSING", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, simulator.Records.Count("Account"));
        Assert.Throws<ArgumentException>(() => simulator.Records.Create("Account", ("Color__c", "red")));
    }
}
