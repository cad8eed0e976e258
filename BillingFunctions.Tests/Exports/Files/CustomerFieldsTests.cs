using BillingFunctions.Exports.Files;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Exports.Files;

public sealed class CustomerFieldsTests
{
    [Fact]
    public void Check_Nothing_IsTheDefaultSetAndAllOfItIsKnown()
    {
        var errors = new FieldErrors();

        var fields = CustomerFields.Check(null, errors);
        CustomerFields.Check([.. fields], errors);

        Assert.Contains("email", fields);
        Assert.False(errors.Any);
    }

    [Fact]
    public void Check_UnknownNames_AreEachNamed()
    {
        var errors = new FieldErrors();

        CustomerFields.Check(["id", "addres.country", "address.planet", "metadata.", "metadata.plan", null], errors);

        var messages = errors.ByField["fields"];
        Assert.Equal(4, messages.Length);
        Assert.Contains(messages, message => message.Contains("'addres.country'", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("'address.planet'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("id", "id")]
    [InlineData]
    public void Check_NoneOrRepeated_IsRefused(params string[] fields)
    {
        var errors = new FieldErrors();

        CustomerFields.Check(fields, errors);

        Assert.True(errors.Any);
    }

    [Fact]
    public void Expansions_FieldsThatStripeLeavesOut_AreAskedForOnce() =>
        Assert.Equal(["data.tax", "data.tax_ids"], CustomerFields.Expansions(["id", "tax.location.country", "tax.ip_address", "tax_ids", "address.city"]));
}
