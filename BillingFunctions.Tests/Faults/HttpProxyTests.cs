using Azure.Storage.Blobs;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.Faults;

/// <summary>What the fault suite stands on: without faults, storage cannot tell a proxy from its caller.</summary>
public sealed class HttpProxyTests
{
    [Fact]
    public async Task Proxy_WithSignedCalls_PassesThemUnchanged()
    {
        await using var emulator = await StorageEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var proxy = await HttpProxy.StartAsync(() => new Uri(emulator.BlobAddress));
        var container = new BlobContainerClient(emulator.NewAccount().Replace(emulator.BlobAddress, proxy.BaseUrl, StringComparison.Ordinal), "files");
        await container.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);

        foreach (var (name, content) in new[] { ("plain", "{}"), ("empty", ""), ("folder/with space+plus%percent", "{}") })
        {
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true, TestContext.Current.CancellationToken);

            Assert.Equal(content, (await container.GetBlobClient(name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToString());
        }

        Assert.Equal((7, 4, 3), (proxy.Calls, proxy.CallsBy("PUT"), proxy.CallsBy("GET")));
        Assert.Equal(8, proxy.Bytes);
    }
}
