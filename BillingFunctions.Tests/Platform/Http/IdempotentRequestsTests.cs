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
}
