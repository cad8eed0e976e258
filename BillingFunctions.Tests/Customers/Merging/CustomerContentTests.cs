using System.Text.Json;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Tests.Customers.Merging;

public sealed class CustomerContentTests
{
    private static readonly CustomerContent Ann = CustomerContent.From("Ann", "ann@example.com", null, new Dictionary<string, string> { ["plan"] = "gold", ["seat"] = "" });

    [Fact]
    public void Of_EmptyValues_AreNotThere()
    {
        Assert.Equal(["email", "metadata.plan", "name"], Ann.Fields);
        Assert.Null(Ann["phone"]);
        Assert.Equal("gold", Assert.Single(Ann.Metadata).Value);
    }

    [Fact]
    public void With_NullAndEmpty_ClearAField()
    {
        var next = Ann.With([new("name", null), new("metadata.plan", ""), new("phone", "1")]);

        Assert.Equal(["email", "phone"], next.Fields);
        Assert.Equal("Ann", Ann["name"]);
    }

    [Fact]
    public void ChangesFrom_OtherContent_HasWhatDiffersAndNullForWhatIsCleared()
    {
        var changes = Ann.ChangesFrom(CustomerContent.From("Bob", "ann@example.com", "1", new Dictionary<string, string>()));

        Assert.Equal(["metadata.plan=gold", "name=Ann", "phone="], changes.Select(change => $"{change.Key}={change.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Equals_SameFieldsInAnotherOrder_IsTheSame()
    {
        var same = CustomerContent.From([new("metadata.plan", "gold"), new("name", "Ann"), new("email", "ann@example.com")]);

        Assert.Equal(Ann, same);
        Assert.Equal(Ann.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Ann, same.With([new("name", "ann")]));
    }

    [Fact]
    public void Json_RoundTrip_IsTheSame()
    {
        var json = JsonSerializer.Serialize(Ann, StoredJson.Options);

        Assert.Equal("""{"email":"ann@example.com","metadata.plan":"gold","name":"Ann"}""", json);
        Assert.Equal(Ann, JsonSerializer.Deserialize<CustomerContent>(json, StoredJson.Options));
    }

    [Fact]
    public void Where_SomeFields_LeavesTheOthersOut() => Assert.Equal(["name"], Ann.Where(field => field == CustomerContent.NameField).Fields);
}
