using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Blobs;

public sealed class BlobsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly BlobContainerClient _container = new BlobServiceClient(azurite.NewAccount()).GetBlobContainerClient("exports");

    public async ValueTask InitializeAsync() => await _container.CreateIfNotExistsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task CreateIfNotExistsAsync_Twice_IsNullTheSecondTime()
    {
        var other = new BlobServiceClient(azurite.NewAccount()).GetBlobContainerClient("new");

        Assert.False(await other.ExistsAsync());
        Assert.NotNull(await other.CreateIfNotExistsAsync());
        Assert.Null(await other.CreateIfNotExistsAsync());
        Assert.True(await other.ExistsAsync());
    }

    [Theory]
    [InlineData("plain.csv")]
    [InlineData("folder/it's a “naïve” name+&%20?#.csv")]
    public async Task UploadAsync_AnyName_ComesBackAsWritten(string name)
    {
        var blob = _container.GetBlobClient(name);

        var written = await blob.UploadAsync(BinaryData.FromString("content é"));
        var read = await blob.DownloadContentAsync();

        Assert.Equal("content é", read.Value.Content.ToString());
        Assert.Equal(written.Value.ETag, read.Value.Details.ETag);
        Assert.Equal(name, blob.Name);
        Assert.Equal([name], await _container.GetBlobsAsync().Select(item => item.Name).ToListAsync());
    }

    [Fact]
    public async Task UploadAsync_ThereAlready_IsRefusedUnlessOverwritten()
    {
        var blob = _container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("first"));

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(BinaryData.FromString("second")));
        await blob.UploadAsync(BinaryData.FromString("third"), overwrite: true);

        Assert.Equal(409, refusal.Status);
        Assert.True(refusal.ErrorCode == BlobErrorCode.BlobAlreadyExists);
        Assert.Equal("third", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task UploadAsync_Options_AreKept()
    {
        var blob = _container.GetBlobClient("a.csv");
        await blob.UploadAsync(new MemoryStream("a,b"u8.ToArray()), new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv", ContentDisposition = "attachment" },
            Metadata = new Dictionary<string, string> { ["rows"] = "2" },
        });

        BlobProperties properties = await blob.GetPropertiesAsync();

        Assert.Equal((3, "text/csv", "attachment"), (properties.ContentLength, properties.ContentType, properties.ContentDisposition));
        Assert.Equal("2", properties.Metadata["rows"]);
        Assert.NotEqual(default, properties.LastModified);
        Assert.NotEqual(default, properties.CreatedOn);
    }

    [Fact]
    public async Task UploadAsync_StaleETag_IsRefused()
    {
        var blob = _container.GetBlobClient("a");
        var first = await blob.UploadAsync(BinaryData.FromString("first"));
        var current = await blob.UploadAsync(BinaryData.FromString("second"), overwrite: true);

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(
            () => blob.UploadAsync(BinaryData.FromString("third"), IfMatch(first.Value.ETag)));
        await blob.UploadAsync(BinaryData.FromString("third"), IfMatch(current.Value.ETag));

        Assert.Equal(412, refusal.Status);
        Assert.True(refusal.ErrorCode == BlobErrorCode.ConditionNotMet);
    }

    [Fact]
    public async Task UploadAsync_StreamOfUnknownLength_ComesBackAsWritten()
    {
        var bytes = new byte[9 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var blob = _container.GetBlobClient("big");

        await blob.UploadAsync(new ForwardStream(bytes), overwrite: true);
        var read = await blob.DownloadContentAsync();

        Assert.True(bytes.AsSpan().SequenceEqual(read.Value.Content.ToMemory().Span));
    }

    [Fact]
    public async Task DownloadStreamingAsync_Range_GivesThatPart()
    {
        var blob = _container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("0123456789"));

        using var part = (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Range = new HttpRange(2, 3) })).Value;
        using var whole = (await blob.DownloadStreamingAsync()).Value;

        Assert.Equal("234", await new StreamReader(part.Content).ReadToEndAsync());
        Assert.Equal("bytes 2-4/10", part.Details.ContentRange);
        Assert.Equal("0123456789", await new StreamReader(whole.Content).ReadToEndAsync());
    }

    [Fact]
    public async Task OpenReadAsync_SmallPieces_ReadsThemAll()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(number => $"{number},"));
        var blob = _container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString(text));

        await using var stream = await blob.OpenReadAsync(position: 4, bufferSize: 7);
        var rest = await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync();
        stream.Seek(-3, SeekOrigin.End);
        var end = new byte[10];

        Assert.Equal(text[4..], rest);
        Assert.Equal("99,", Encoding.UTF8.GetString(end, 0, await stream.ReadAsync(end)));
    }

    [Fact]
    public async Task OpenReadAsync_ChangedMeanwhile_IsRefused()
    {
        var blob = _container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("0123456789"));
        await using var stream = await blob.OpenReadAsync(bufferSize: 4);
        await stream.ReadExactlyAsync(new byte[4]);

        await blob.UploadAsync(BinaryData.FromString("abcdefghij"), overwrite: true);

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => stream.ReadExactlyAsync(new byte[4]).AsTask());
        Assert.Equal(412, refusal.Status);
    }

    [Fact]
    public async Task Missing_IsToldInEveryWay()
    {
        var blob = _container.GetBlobClient("none");
        var nowhere = new BlobServiceClient(azurite.NewAccount()).GetBlobContainerClient("none").GetBlobClient("none");

        var content = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadContentAsync());
        var streaming = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadStreamingAsync());
        var properties = await Assert.ThrowsAsync<RequestFailedException>(() => blob.GetPropertiesAsync());
        var container = await Assert.ThrowsAsync<RequestFailedException>(() => nowhere.UploadAsync(BinaryData.FromString("x")));

        Assert.All([content, streaming, properties], refusal => Assert.True(refusal.ErrorCode == BlobErrorCode.BlobNotFound));
        Assert.True(container.ErrorCode == BlobErrorCode.ContainerNotFound);
        Assert.False(await blob.ExistsAsync());
        Assert.False(await nowhere.ExistsAsync());
        Assert.False(await blob.DeleteIfExistsAsync());
        Assert.False(await nowhere.DeleteIfExistsAsync());
    }

    [Fact]
    public async Task DeleteIfExistsAsync_There_Deletes()
    {
        var blob = _container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("x"));

        Assert.True(await blob.ExistsAsync());
        Assert.True(await blob.DeleteIfExistsAsync());
        Assert.False(await blob.ExistsAsync());
    }

    [Fact]
    public async Task GetBlobsAsync_Prefix_ListsThoseInPages()
    {
        foreach (var name in new[] { "a/1", "a/2", "a/3", "b/1" })
        {
            await _container.GetBlobClient(name).UploadAsync(BinaryData.FromString(name));
        }

        var pages = await _container.GetBlobsAsync(new GetBlobsOptions { Prefix = "a/" }).AsPages(pageSizeHint: 2).ToListAsync();

        Assert.Equal([2, 1], pages.Select(page => page.Values.Count));
        Assert.Equal(["a/1", "a/2", "a/3"], pages.SelectMany(page => page.Values).Select(item => item.Name));
        Assert.All(pages.SelectMany(page => page.Values), item => Assert.Equal(3, item.Properties.ContentLength));
    }

    [Fact]
    public async Task WrongKey_IsRefused()
    {
        var wrong = new BlobContainerClient(_container.Uri, new StorageSharedKeyCredential(_container.AccountName, "d3Jvbmc="));

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => wrong.GetBlobClient("a").UploadAsync(BinaryData.FromString("x")));

        Assert.Equal(403, refusal.Status);
    }

    private static BlobUploadOptions IfMatch(ETag etag) => new() { Conditions = new BlobRequestConditions { IfMatch = etag } };

    /// <summary>A stream that, as one from the network, can neither go back nor tell its length.</summary>
    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
