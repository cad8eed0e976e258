using System.Globalization;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;

namespace BillingFunctions.Tests.Invoicing;

public sealed class InvoicingOptionsTests
{
    [Fact]
    public void Defaults_AreAllowedAndThoseOfTheDocumentation()
    {
        var options = new InvoicingOptions();

        Assert.True(new InvoicingOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(["00:00:30", "00:02:00", "00:10:00", "01:00:00", "06:00:00"], options.Delays.Select(delay => delay.ToString()));
        Assert.Equal((null, 500, UnknownDelivery.Hold, 0.05m), (options.Schedule, options.MaxQueueDepth, options.UnknownDelivery, options.MaxNotFoundShare));
    }

    [Theory]
    [InlineData("Schedule", "every month")]
    [InlineData("Schedule", "0 6 2 * *")]
    [InlineData("Schedule", "0 0 25 2 * *")]
    [InlineData("MaxQueueDepth", "9")]
    [InlineData("MaxNotFoundShare", "-0.01")]
    [InlineData("MaxNotFoundShare", "5")]
    [InlineData("OnUnknownDelivery", "maybe")]
    [InlineData("OnUnknownDelivery", "1")]
    [InlineData("RetryDelays", "30")]
    [InlineData("RetryDelays", "00:00:30,")]
    [InlineData("RetryDelays", "00:00:00")]
    [InlineData("RetryDelays", "2.00:00:00")]
    public void Validate_WrongValue_NamesTheSettingAndWhatIsAllowed(string setting, string value)
    {
        var options = new InvoicingOptions();
        var property = typeof(InvoicingOptions).GetProperty(setting)!;
        property.SetValue(options, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));

        var failure = new InvoicingOptionsValidator().Validate(null, options).FailureMessage;

        Assert.Contains($"Invoicing__{setting} is", failure, StringComparison.Ordinal);
        Assert.Contains("it must be ", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://amounts.example.com/v1", "50/1", "https://amounts.example.com/v1/")]
    [InlineData("http://127.0.0.1:1234/", "", "http://127.0.0.1:1234/")]
    [InlineData("amounts.example.com", "", null)]
    [InlineData("ftp://amounts.example.com", "", null)]
    [InlineData("https://amounts.example.com/?key=1", "", null)]
    [InlineData("https://amounts.example.com", "50", null)]
    public void Validate_Amounts_NeedsAnAddressAndALimit(string baseUrl, string limit, string? address)
    {
        var options = new AmountsOptions { BaseUrl = baseUrl, RateLimit = limit };

        var result = new AmountsOptionsValidator().Validate(null, options);

        Assert.Equal(address is not null, result.Succeeded);
        if (address is not null)
        {
            Assert.Equal((address, "50/1"), (options.Address.ToString(), options.Limit.ToString()));
        }
    }

    [Fact]
    public void DelayAfter_EachAttempt_IsAFifthMoreOrLessAndEnds()
    {
        var policy = InvoicePolicy.From(new InvoicingOptions { RetryDelays = "00:00:10,00:01:00" }, sendsMails: true);

        Assert.Equal([8, 10, 12], new[] { 0, 0.5, 1 }.Select(chance => (policy with { Chance = chance }).DelayAfter(1)!.Value.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(48), (policy with { Chance = 0 }).DelayAfter(2));
        Assert.Null(policy.DelayAfter(3));
    }
}
