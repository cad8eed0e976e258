using BillingFunctions.Connectors;
using BillingFunctions.Customers.Merging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Connectors;

public sealed class ConnectorOwnersValidatorTests
{
    [Theory]
    [InlineData("newest")]
    [InlineData("api")]
    [InlineData("stripe")]
    [InlineData("Salesforce")]
    public void Validate_Owner_IsAllowed(string owner) => Assert.True(Validate(owner).Succeeded);

    [Theory]
    [InlineData("")]
    [InlineData("salesforc")]
    [InlineData("sales force")]
    public void Validate_NoConnector_NamesTheSettingAndAllConnectors(string owner) =>
        Assert.Equal($"Sync__Owners__email is '{owner}'; it must be one of newest, api, salesforce, stripe.", Validate(owner).FailureMessage);

    private static ValidateOptionsResult Validate(string owner) =>
        new ConnectorOwnersValidator([new ConnectorName("stripe"), new ConnectorName("salesforce")]).Validate(null, new FieldOwners { Owners = { ["email"] = owner } });
}
