using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Tests.Customers.Merging;

public sealed class FieldOwnersTests
{
    [Theory]
    [InlineData("name", "newest")]
    [InlineData("EMAIL", "stripe")]
    [InlineData("phone", "Salesforce")]
    [InlineData("metadata", "api")]
    public void Validate_FieldAndOwner_AreAllowed(string field, string owner) => Assert.True(Validate(field, owner).Succeeded);

    [Theory]
    [InlineData("address", "stripe", "Sync__Owners__address is set; fields that can have an owner are name, email, phone, metadata.")]
    [InlineData("metadata.plan", "stripe", "Sync__Owners__metadata.plan is set")]
    [InlineData("stripe_customer_id", "stripe", "Sync__Owners__stripe_customer_id is set")]
    public void Validate_UnknownField_SaysWhatIsAllowed(string field, string owner, string expected) => Assert.Contains(expected, Validate(field, owner).FailureMessage!);

    /// <summary>The value at hand was set at 12:00.</summary>
    [Theory]
    [InlineData("newest", "stripe", "api", 1, true)]
    [InlineData("newest", "stripe", "api", 0, true)]
    [InlineData("newest", "stripe", "api", -1, false)]
    [InlineData("newest", "stripe", "stripe", -1, true)]
    [InlineData("stripe", "stripe", "api", -1, true)]
    [InlineData("stripe", "salesforce", "stripe", 1, false)]
    [InlineData("stripe", "salesforce", "api", 1, false)]
    [InlineData("stripe", "salesforce", "api", -1, false)]
    [InlineData("api", "stripe", "api", 1, false)]
    [InlineData("api", "stripe", "upload", -1, true)]
    [InlineData("API", "stripe", "api", 1, false)]
    public void Accept_OwnerAndTimes_Decide(string owner, string theirs, string present, int minutesLater, bool expected)
    {
        var noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        var isTaken = Owners("email", owner).Accept(CustomerContent.EmailField, new FieldStamp(theirs, noon.AddMinutes(minutesLater)), new FieldStamp(present, noon), hasValue: true);

        Assert.Equal(expected, isTaken);
    }

    [Fact]
    public void Accept_EntryOfMetadata_FollowsTheOwnerOfAllMetadata()
    {
        var (early, late) = (new FieldStamp("stripe", DateTimeOffset.UnixEpoch), new FieldStamp("api", DateTimeOffset.UnixEpoch.AddDays(1)));

        Assert.True(Owners("metadata", "stripe").Accept("metadata.plan", early, late, hasValue: true));
        Assert.False(Owners("metadata", "stripe").Accept("name", early, late, hasValue: true));
    }

    /// <summary>Whoever owns a field, any value is better than none.</summary>
    [Fact]
    public void Accept_FieldWithoutAValue_IsTakenFromAnybody() => Assert.True(
        Owners("email", "api").Accept("email", new FieldStamp("stripe", DateTimeOffset.UnixEpoch), new FieldStamp("api", DateTimeOffset.UnixEpoch), hasValue: false));

    private static FieldOwners Owners(string field, string owner) => new() { Owners = { [field] = owner } };

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(string field, string owner) => new FieldOwnersValidator().Validate(null, Owners(field, owner));
}
