using Azure.Data.Tables;
using BillingFunctions.Platform.Http;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class IdempotentRequestsTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a|b")]
    [InlineData("")]
    public async Task Run_NotOneKey_IsRefusedAndNotRun(string keys)
    {
        var requests = new IdempotentRequests(new TableServiceClient(azurite.NewAccount()), TimeProvider.System);
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = keys.Split('|');

        var answer = await requests.RunAsync(request, "thing", default, "id", _ => throw new InvalidOperationException("It was run."), Token);

        Assert.Equal(StatusCodes.Status400BadRequest, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
    }

    /// <summary>Only what an earlier request may have left need be looked for.</summary>
    [Fact]
    public async Task Run_AgainAfterAFailure_HasTheSameIdAndIsToldSo()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(IdempotentRequests.Table, Token);
        var requests = new IdempotentRequests(tables, TimeProvider.System);
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = "key";
        var runs = new List<(string Id, bool MayExist)>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => requests.RunAsync(request, "thing", default, "first", Create, Token));
        await requests.RunAsync(request, "thing", default, "second", Create, Token);

        Assert.Equal([("first", false), ("first", true)], runs);

        Task<IResult> Create(string id, bool mayExist)
        {
            runs.Add((id, mayExist));
            return runs.Count == 1 ? throw new InvalidOperationException("It broke off.") : Task.FromResult(Results.NoContent());
        }
    }
}
