using System.Runtime.Serialization;
using Stripe;

namespace BillingFunctions.Tests.Local;

public sealed class StripeFormTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    internal enum Plan
    {
        [EnumMember(Value = "pro_plan")]
        Pro,
        Other,
    }

    [Fact]
    public void Query_RangeOfTimes_NestsInUnixSeconds()
        => AssertQuery(
            "created[gt]=1767268800&created[gte]=1767268801&created[lt]=1767268802&created[lte]=1767268803",
            new CustomerListOptions
            {
                Created = new DateRangeOptions
                {
                    GreaterThan = Noon,
                    GreaterThanOrEqual = Noon.AddSeconds(1),
                    LessThan = Noon.AddSeconds(2),
                    LessThanOrEqual = Noon.AddSeconds(3),
                },
            });

    [Fact]
    public void Query_PlainTime_IsUnixSeconds() => AssertQuery("created=1767268800", new CustomerListOptions { Created = (DateTime?)Noon });

    [Fact]
    public void Query_PagingAndExpand_IsEncoded()
    {
        var options = new CustomerListOptions { Limit = 100, StartingAfter = "cus_1", Email = "a b&c=d@e.f" };
        options.AddExpand("data.default_source");
        options.AddRangeExpand(["data.tax"]);

        AssertQuery("email=a+b%26c%3Dd%40e.f&limit=100&starting_after=cus_1&expand[0]=data.default_source&expand[1]=data.tax", options);
    }

    [Fact]
    public void Query_Nothing_HasNoQuestionMark()
    {
        Assert.Equal("https://api.stripe.com/v1/customers", Build(HttpMethod.Get, new CustomerListOptions()).Uri.AbsoluteUri);
        Assert.Equal("https://api.stripe.com/v1/customers", Build(HttpMethod.Get, null).Uri.AbsoluteUri);
    }

    [Fact]
    public async Task Form_NestedObjectsListsAndMetadata_IsEncoded()
    {
        var options = new CustomerCreateOptions
        {
            Address = new AddressOptions { Line1 = "1 é", PostalCode = "2" },
            Balance = -5,
            Metadata = new() { ["a b"] = "=1", ["gone"] = "" },
            PreferredLocales = ["de", "fr"],
            Shipping = new ShippingOptions { Address = new AddressOptions { City = "C" }, Name = "N" },
            Validate = true,
        };

        await AssertFormAsync(
            "address[line1]=1+%C3%A9&address[postal_code]=2&balance=-5&metadata[a+b]=%3D1&metadata[gone]=&preferred_locales[0]=de"
            + "&preferred_locales[1]=fr&shipping[address][city]=C&shipping[name]=N&validate=true",
            options);
    }

    [Fact]
    public async Task Form_NullInClearableProperty_IsSentEmptyButOthersAreNot()
        => await AssertFormAsync(
            "address=&metadata=&name=&tax_exempt=",
            new CustomerUpdateOptions { Address = null, Metadata = null, TaxExempt = null, Name = "", Email = null, Phone = null });

    [Fact]
    public async Task Form_EmptyList_IsSentEmpty()
        => await AssertFormAsync("preferred_locales=", new CustomerUpdateOptions { PreferredLocales = [] });

    [Fact]
    public async Task Form_ExtraParams_AreEncodedLikeProperties()
    {
        var options = new CustomerUpdateOptions();
        options.AddExtraParam("plan", Plan.Pro);
        options.AddExtraParam("other", Plan.Other);
        options.AddExtraParam("nested", new Dictionary<string, object> { ["inner[deep]"] = 1.5m, ["list"] = new object[] { 1, false } });

        await AssertFormAsync("plan=pro_plan&other=Other&nested[inner][deep]=1.5&nested[list][0]=1&nested[list][1]=false", options);
    }

    [Fact]
    public async Task Content_NoOptions_IsAnEmptyFormAndNewEachTime()
    {
        var request = Build(HttpMethod.Post, null);

        Assert.Equal("application/x-www-form-urlencoded", request.Content!.Headers.ContentType?.MediaType);
        Assert.Equal("", await request.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.NotSame(request.Content, request.Content);
        Assert.Null(Build(HttpMethod.Delete, null).Content);
    }

    [Fact]
    public void AnyOf_Conversions_HoldOneOfBoth()
    {
        AnyOf<DateTime?, DateRangeOptions>? none = (DateTime?)null;
        AnyOf<DateTime?, DateRangeOptions> time = (DateTime?)Noon;

        Assert.Null(none);
        Assert.Equal((typeof(DateTime?), Noon, Noon), (time.Type, time.Value, (DateTime?)time));
        Assert.Null((DateRangeOptions?)time);
    }

    private static StripeRequest Build(HttpMethod method, BaseOptions? options)
        => new(new StripeClient("sk_test_1"), method, "/v1/customers", options, null);

    private static void AssertQuery(string expected, BaseOptions options)
        => Assert.Equal(Sort(expected), Sort(Build(HttpMethod.Get, options).Uri.Query[1..]));

    private static async Task AssertFormAsync(string expected, BaseOptions options)
        => Assert.Equal(
            Sort(expected), Sort(await Build(HttpMethod.Post, options).Content!.ReadAsStringAsync(TestContext.Current.CancellationToken)));

    private static string[] Sort(string pairs) => [.. pairs.Split('&').Order(StringComparer.Ordinal)];
}
