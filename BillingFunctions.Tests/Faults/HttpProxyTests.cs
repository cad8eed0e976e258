using Azure.Storage.Blobs;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.Faults;

/// <summary>What the fault suite stands on: without faults, storage cannot tell a proxy from its caller.</summary>
public sealed class HttpProxyTests
{
    [Theory]
    [InlineData("plain", "{}")]
    [InlineData("empty", "")]
    [InlineData("folder/with space+plus%percent", "{}")]
    public async Task Proxy_WithSignedCalls_PassesThemUnchanged(string name, string content)
    {
        await using var emulator = await StorageEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var proxy = await HttpProxy.StartAsync(() => new Uri(emulator.BlobAddress));
        var container = new BlobContainerClient(emulator.NewAccount().Replace(emulator.BlobAddress, proxy.Address.ToString().TrimEnd('/'), StringComparison.Ordinal), "files");

        await container.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true, TestContext.Current.CancellationToken);

        Assert.Equal(content, (await container.GetBlobClient(name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToString());
        Assert.Equal((3, 2, 1), (proxy.Calls, proxy.CallsBy("PUT"), proxy.CallsBy("GET")));
        Assert.Equal(2 * content.Length, proxy.Bytes);
    }
}
