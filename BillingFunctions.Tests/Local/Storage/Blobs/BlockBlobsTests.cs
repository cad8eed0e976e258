using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Blobs;

public sealed class BlockBlobsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly BlobContainerClient _container = new(azurite.NewAccount(), "exports");

    private BlockBlobClient Blob => _container.GetBlockBlobClient("folder/customers.csv");

    public async ValueTask InitializeAsync() => await _container.CreateIfNotExistsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task CommitBlockListAsync_StagedInAnyOrder_IsInTheOrderOfTheList()
    {
        await StageAsync(2, "two,");
        await StageAsync(1, "wrong");
        await StageAsync(1, "one,");
        await StageAsync(3, "never named");
        Assert.False(await Blob.ExistsAsync());

        await Blob.CommitBlockListAsync([Id(1), Id(2)], new CommitBlockListOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" },
            Metadata = new Dictionary<string, string> { ["rows"] = "2" },
        });

        BlobDownloadResult read = await Blob.DownloadContentAsync();
        Assert.Equal("one,two,", read.Content.ToString());
        Assert.Equal(("text/csv", "2"), (read.Details.ContentType, read.Details.Metadata["rows"]));
    }

    [Fact]
    public async Task GetBlockListAsync_BeforeAndAfter_TellsBoth()
    {
        await StageAsync(1, "one");
        var before = await Blob.GetBlockListAsync();
        await Blob.CommitBlockListAsync([Id(1)]);
        await StageAsync(2, "second");
        var after = await Blob.GetBlockListAsync(BlockListTypes.All);
        var uncommitted = await Blob.GetBlockListAsync(BlockListTypes.Uncommitted);

        Assert.Empty(before.Value.CommittedBlocks);
        Assert.Equal([(Id(1), 3L)], Blocks(before.Value.UncommittedBlocks));
        Assert.Equal([(Id(1), 3L)], Blocks(after.Value.CommittedBlocks));
        Assert.Equal([(Id(2), 6L)], Blocks(after.Value.UncommittedBlocks));
        Assert.Empty(uncommitted.Value.CommittedBlocks);
    }

    [Fact]
    public async Task CommitBlockListAsync_BlockNeverStaged_IsRefused()
    {
        await StageAsync(1, "one");

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => Blob.CommitBlockListAsync([Id(1), Id(9)]));

        Assert.Equal(400, refusal.Status);
        Assert.True(refusal.ErrorCode == BlobErrorCode.InvalidBlockList);
    }

    [Fact]
    public async Task CommitBlockListAsync_MustNotExist_IsRefusedIfItDoes()
    {
        await StageAsync(1, "one");
        await Blob.CommitBlockListAsync([Id(1)]);
        await StageAsync(2, "two");
        var isNew = new CommitBlockListOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => Blob.CommitBlockListAsync([Id(2)], isNew));

        Assert.Equal(409, refusal.Status);
        Assert.True(refusal.ErrorCode == BlobErrorCode.BlobAlreadyExists);
    }

    [Fact]
    public async Task StageBlockAsync_NoContainer_IsRefused()
    {
        var blob = new BlobContainerClient(azurite.NewAccount(), "none").GetBlockBlobClient("a");

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => blob.StageBlockAsync(Id(1), Content("x")));

        Assert.True(refusal.ErrorCode == BlobErrorCode.ContainerNotFound);
    }

    private static string Id(int number) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{number:D6}"));

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static IEnumerable<(string Name, long Size)> Blocks(IEnumerable<BlobBlock> blocks) =>
        blocks.Select(block => (block.Name, block.SizeLong));

    private Task<Response<BlockInfo>> StageAsync(int number, string text) => Blob.StageBlockAsync(Id(number), Content(text));
}
