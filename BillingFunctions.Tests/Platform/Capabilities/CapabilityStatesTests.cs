using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Tests.Platform.Capabilities;

public sealed class CapabilityStatesTests
{
    private static readonly Capability Export = new("exports", ["Stripe__ApiKey"], ["BillingFunctions.Exports"]);
    private static readonly Capability Mails = new("invoice_mails", ["Email__From", "Email__Smtp__Host"], ["BillingFunctions.Invoicing.SendInvoiceEmailFunction"]);

    [Fact]
    public void MissingByName_SettingsEmptyOrNotThere_NamesThem()
    {
        var states = States(("BillingStorage", "x"), ("Stripe:ApiKey", " "), ("Email:From", "a@example.com"));

        Assert.Equal(["Stripe__ApiKey"], states.MissingByName["exports"]);
        Assert.Equal(["Email__Smtp__Host"], states.MissingByName["invoice_mails"]);
    }

    [Fact]
    public void MissingByName_AllThere_IsEmpty() => Assert.All(
        States(("BillingStorage", "x"), ("Stripe:ApiKey", "x"), ("Email:From", "x"), ("Email:Smtp:Host", "x")).MissingByName.Values, Assert.Empty);

    [Theory]
    [InlineData("", "BillingStorage")]
    [InlineData("tableServiceUri", "BillingStorage__queueServiceUri,BillingStorage__blobServiceUri")]
    [InlineData("tableServiceUri,queueServiceUri,blobServiceUri", "")]
    public void MissingByName_StorageByIdentity_NeedsAllThreeAddresses(string given, string missing)
    {
        var states = States([("Stripe:ApiKey", "x"), .. given.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => ($"BillingStorage:{name}", "https://a.example.com"))]);

        Assert.Equal(missing.Split(',', StringSplitOptions.RemoveEmptyEntries), states.MissingByName["exports"]);
    }

    [Theory]
    [InlineData("BillingFunctions.Exports.StartExportFunction.RunAsync", "Stripe__ApiKey")]
    [InlineData("BillingFunctions.Exports", "Stripe__ApiKey")]
    [InlineData("BillingFunctions.ExportsOfOthers.Function.RunAsync", "")]
    [InlineData("BillingFunctions.Invoicing.SendInvoiceEmailFunction.RunAsync", "Email__From,Email__Smtp__Host")]
    [InlineData("BillingFunctions.Invoicing.LookUpAmountFunction.RunAsync", "")]
    public void MissingFor_ByFullName_IsWhatItsCapabilityLacks(string fullName, string missing) =>
        Assert.Equal(missing.Split(',', StringSplitOptions.RemoveEmptyEntries), States(("BillingStorage", "x")).MissingFor(fullName));

    private static CapabilityStates States(params (string Name, string Value)[] settings) => new(
        [Export, Mails], new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
