using Azure.Data.Tables;
using BillingFunctions.Platform.Http;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

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

    /// <summary>The slow one's refusal is its answer all the same, and the key stays the other's.</summary>
    [Fact]
    public async Task Run_RefusedAfterAnotherHasTakenOver_AnswersTheRefusal()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(IdempotentRequests.Table, Token);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var requests = new IdempotentRequests(tables, time);
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = "key";

        var slow = await requests.RunAsync(request, "thing", default, "first", TakeOverAsync, Token);
        var again = await requests.RunAsync(request, "thing", default, "third", _ => throw new InvalidOperationException("It was run."), Token);

        Assert.Equal(StatusCodes.Status409Conflict, Assert.IsAssignableFrom<IStatusCodeHttpResult>(slow).StatusCode);
        Assert.Equal(StatusCodes.Status201Created, Assert.IsAssignableFrom<IStatusCodeHttpResult>(again).StatusCode);

        async Task<IResult> TakeOverAsync(string id)
        {
            time.Advance(TimeSpan.FromMinutes(2));
            await requests.RunAsync(request, "thing", default, "second", other => Task.FromResult<IResult>(CreatedAnswer.Created($"/things/{other}", new { id = other })), Token);
            return Problems.Conflict("It is there.");
        }
    }
}
