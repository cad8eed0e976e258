using BillingFunctions.Local.Storage;

namespace BillingFunctions.Tests.Local.Storage;

public sealed class StorageConnectionStringTests
{
    [Fact]
    public void Parse_Development_IsTheEmulator()
    {
        var parsed = StorageConnectionString.Parse("UseDevelopmentStorage=true");

        Assert.Equal("devstoreaccount1", parsed.Key.AccountName);
        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1", parsed.BlobEndpoint.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:10002/devstoreaccount1", parsed.TableEndpoint.AbsoluteUri);
    }

    [Fact]
    public void Parse_Account_UsesProtocolAndSuffix()
    {
        var parsed = StorageConnectionString.Parse(
            "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=a2V5PT0=;EndpointSuffix=core.example.org");

        Assert.Equal("https://shop.table.core.example.org/", parsed.TableEndpoint.AbsoluteUri);
        Assert.Equal("https://shop.queue.core.example.org/", parsed.QueueEndpoint.AbsoluteUri);
    }

    [Fact]
    public void Parse_Endpoints_AreTaken()
    {
        var parsed = StorageConnectionString.Parse("AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a/;TableEndpoint=http://x:2/a");

        Assert.Equal("http://127.0.0.1:1/a", parsed.BlobEndpoint.AbsoluteUri);
        Assert.Equal("http://x:2/a", parsed.TableEndpoint.AbsoluteUri);
        Assert.Equal("https://a.queue.core.windows.net/", parsed.QueueEndpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=a;AccountKey=not base64 secret")]
    [InlineData("AccountKey=c2VjcmV0")]
    public void Parse_Malformed_SaysSoWithoutTheSecret(string text)
    {
        var refusal = Assert.Throws<FormatException>(() => StorageConnectionString.Parse(text).Key);

        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }
}
