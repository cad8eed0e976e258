using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class EntityTagTests
{
    private const string Present = "\"abc\"";

    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    [InlineData("\"abc\"")]
    [InlineData("\"old\", \"abc\"")]
    public void Refusal_NoneOrThePresentOne_IsNone(string? ifMatch) => Assert.Null(Refusal(ifMatch));

    [Theory]
    [InlineData("\"old\"")]
    [InlineData("abc")]
    [InlineData("W/\"abc\"")]
    [InlineData("\"ABC\"")]
    [InlineData("\"old\", \"older\"")]
    public void Refusal_OtherVersions_Is412(string ifMatch) => Assert.Equal(StatusCodes.Status412PreconditionFailed, Assert.IsAssignableFrom<IStatusCodeHttpResult>(Refusal(ifMatch)).StatusCode);

    private static IResult? Refusal(string? ifMatch)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfMatch = ifMatch;
        return EntityTag.Refusal(request, Present);
    }
}
