using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.Local.Storage;

public sealed class StoragePipelineTests
{
    private static readonly TokenCredential Credential = DelegatedTokenCredential.Create(
        (context, _) => new AccessToken($"token for {context.Scopes[0]}", TimeProvider.System.GetUtcNow().AddHours(1)));

    [Fact]
    public async Task TableClient_WithToken_SendsIt()
    {
        await using var stub = await StorageStub.StartAsync(Answer(204));
        var table = new TableClient(stub.Address, "Things", Credential, Options(stub));

        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal("Bearer token for https://storage.azure.com/.default", Assert.Single(stub.Requests)["Authorization"]);
        Assert.Equal(("account", "Things"), (table.AccountName, table.Name));
    }

    [Fact]
    public async Task BlobClient_WithToken_SendsIt()
    {
        await using var stub = await StorageStub.StartAsync(Answer(201));
        var service = new BlobServiceClient(stub.Address, Credential, new BlobClientOptions { Transport = stub.Transport() });
        var blob = service.GetBlobContainerClient("exports").GetBlobClient("a/b c.csv");

        await blob.UploadAsync(BinaryData.FromString("x"), overwrite: true);

        Assert.Equal("Bearer token for https://storage.azure.com/.default", Assert.Single(stub.Requests)["Authorization"]);
        Assert.EndsWith("/account/exports/a/b%20c.csv", blob.Uri.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TableClient_WithTokenWithoutTls_Refuses()
    {
        var table = new TableClient(new Uri("http://127.0.0.1:1/account"), "Things", Credential);

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
    }

    [Fact]
    public async Task TableClient_BusyTwice_TriesAgainAndSignsAgain()
    {
        await using var stub = await StorageStub.StartAsync((number, context) => Answer(number <= 2 ? 503 : 204)(number, context));
        var table = new TableClient(stub.Address, "Things", new TableSharedKeyCredential("account", "a2V5"), Options(stub));

        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(3, stub.Requests.Count);
        Assert.All(stub.Requests, request => Assert.StartsWith("SharedKeyLite account:", request["Authorization"], StringComparison.Ordinal));
        Assert.Single(stub.Requests.Select(request => request["x-ms-client-request-id"]).Distinct());
    }

    [Fact]
    public async Task BlobClient_BusyTwice_SendsTheWholeStreamAgain()
    {
        var bodies = new List<string>();
        await using var stub = await StorageStub.StartAsync(async (number, context) =>
        {
            bodies.Add(await new StreamReader(context.Request.Body).ReadToEndAsync());
            context.Response.StatusCode = number <= 2 ? 503 : 201;
        });
        var options = new BlobClientOptions { Transport = stub.Transport(), Retry = { Delay = TimeSpan.FromMilliseconds(1) } };
        var blob = new BlobClient(new Uri(stub.Address + "/exports/a.csv"), Credential, options);

        await blob.UploadAsync(new MemoryStream("content"u8.ToArray()));

        Assert.Equal(["content", "content", "content"], bodies);
    }

    [Fact]
    public async Task TableClient_BusyForever_GivesUpWithItsStatus()
    {
        await using var stub = await StorageStub.StartAsync(Answer(503));
        var table = new TableClient(stub.Address, "Things", Credential, Options(stub));

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal(503, refusal.Status);
        Assert.Equal(4, stub.Requests.Count);
    }

    private static TableClientOptions Options(StorageStub stub) =>
        new() { Transport = stub.Transport(), Retry = { Delay = TimeSpan.FromMilliseconds(1) } };

    private static Func<int, HttpContext, Task> Answer(int status) => (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
