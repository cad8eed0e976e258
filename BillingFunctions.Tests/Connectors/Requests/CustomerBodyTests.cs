using System.Text;
using System.Text.Json;
using BillingFunctions.Connectors.Requests;
using BillingFunctions.Connectors.Tasks;

namespace BillingFunctions.Tests.Connectors.Requests;

public sealed class CustomerBodyTests
{
    private const string IdKey = "billing_customer_id";

    [Theory]
    [InlineData("""{"id":"A1","name":" Ann ","email":"ann@example.com","phone":"+49 30 1","metadata":{"plan":"gold"}}""")]
    [InlineData("""{"customer":{"id":"A1","name":"Ann","email":"ann@example.com"},"phone":"+49 30 1","metadata":{"plan":"gold"}}""")]
    public void Read_NewCustomer_HasItsFields(string json)
    {
        var body = Read(json);

        Assert.False(body.Errors.Any);
        Assert.Equal("A1", body.Id);
        Assert.Equal(["email=ann@example.com", "metadata.plan=gold", "name=Ann", "phone=+49 30 1"], Texts(body));
    }

    [Fact]
    public void Read_Address_HasTheHostThatDnsKnows() => Assert.Equal(["email=ann@xn--bcher-kva.example"], Texts(Read("""{"email":"ann@B\u00fccher.example"}""")));

    [Fact]
    public void Read_IdAsANumber_IsText() => Assert.Equal("17", Read("""{"id":17,"email":"a@example.com"}""").Id);

    [Theory]
    [InlineData("""{"name":"Ann"}""", "email")]
    [InlineData("""{"email":"ann"}""", "email")]
    [InlineData("""{"email":"Ann <ann@example.com>"}""", "email")]
    [InlineData("""{"email":"ann@exa_mple.com"}""", "email")]
    [InlineData("""{"email":"ann@example.com\u200b"}""", "email")]
    [InlineData("""{"email":null}""", "email")]
    [InlineData("""{"email":"a@example.com","id":"cus_1"}""", "id")]
    [InlineData("""{"email":"a@example.com","id":"tsk_0123456789abcdef0123456789abcdef"}""", "id")]
    [InlineData("""{"email":"a@example.com","name":1}""", "name")]
    [InlineData("""{"email":"a@example.com","phone":"123456789012345678901"}""", "phone")]
    [InlineData("""{"email":"a@example.com","metadata":{"billing_customer_id":"A2"}}""", "metadata")]
    [InlineData("""{"email":"a@example.com","metadata":{"a[b]":"1"}}""", "metadata")]
    [InlineData("""{"email":"a@example.com","metadata":["a"]}""", "metadata")]
    [InlineData("""{"email":"a@example.com","adress":"1"}""", "adress")]
    public void Read_WrongField_IsRefusedByItsName(string json, string field) => Assert.Contains(field, Read(json).Errors.ByField.Keys);

    [Fact]
    public void Read_LongId_IsRefused()
    {
        Assert.False(Read(Json(new { email = "a@example.com", id = new string('a', 255) })).Errors.Any);
        Assert.Contains("id", Read(Json(new { email = "a@example.com", id = new string('a', 256) })).Errors.ByField.Keys);
    }

    /// <summary>One of Stripe's 50 entries is our id.</summary>
    [Theory]
    [InlineData(49, true)]
    [InlineData(50, false)]
    public void Read_ManyEntriesOfMetadata_AreAllowedAsStripeHasRoom(int count, bool isAllowed)
    {
        var body = Read(Json(new { email = "a@example.com", metadata = Enumerable.Range(0, count).ToDictionary(number => $"{number:d40}", _ => new string('x', 500)) }));

        Assert.Equal(isAllowed, !body.Errors.Any);
    }

    [Fact]
    public void Read_ChangeWithNulls_ClearsThoseFields()
    {
        var body = Read("""{"name":null,"phone":"","metadata":{"plan":null,"seat":""}}""", isNew: false);

        Assert.False(body.Errors.Any);
        Assert.Equal(["metadata.plan=", "metadata.seat=", "name=", "phone="], Texts(body));
    }

    [Theory]
    [InlineData("""{"email":"ann@exa_mple.com"}""", "email")]
    [InlineData("""{"email":"ann@example.com\u200b"}""", "email")]
    [InlineData("""{"email":null}""", "email")]
    [InlineData("""{"email":""}""", "email")]
    [InlineData("""{"id":"A2"}""", "id")]
    public void Read_ChangeOfWhatStays_IsRefused(string json, string field) => Assert.Contains(field, Read(json, isNew: false).Errors.ByField.Keys);

    [Fact]
    public void Digest_SameContentWrittenOtherwise_IsTheSame()
    {
        var one = Read("""{"id":"A1","email":"a@example.com","name":"Ann","phone":null}""");

        Assert.Equal(one.Digest(), Read("""{"customer":{"name":"Ann ","email":"a@example.com"}}""").Digest());
        Assert.NotEqual(one.Digest(), Read("""{"email":"a@example.com","name":"Anna"}""").Digest());
    }

    [Fact]
    public void IsId_IdOfACreation_IsATaskAndTheSameEachTime()
    {
        var id = ConnectorTask.IdOfCreation("A1");

        Assert.Equal(id, ConnectorTask.IdOfCreation("A1"));
        Assert.NotEqual(id, ConnectorTask.IdOfCreation("A2"));
        Assert.True(ConnectorTask.IsId(id));
        Assert.True(ConnectorTask.IsId(ConnectorTask.NewId(DateTimeOffset.UnixEpoch)));
        Assert.False(ConnectorTask.IsId("A1"));
    }

    private static string Json(object body) => JsonSerializer.Serialize(body);

    private static CustomerBody Read(string json, bool isNew = true) => CustomerBody.Read(Encoding.UTF8.GetBytes(json), isNew, IdKey);

    private static IEnumerable<string> Texts(CustomerBody body) => body.Changes.Select(change => $"{change.Key}={change.Value}").Order(StringComparer.Ordinal);
}
