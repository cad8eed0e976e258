using System.Net;
using Azure;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Sync.Calls;
using Stripe;

namespace BillingFunctions.Tests.UsageBilling.Sync.Calls;

/// <summary>Row by row what a failed call means.</summary>
public sealed class CallFailureTests
{
    [Theory]
    [InlineData(500, null, FailureKind.Failed)]
    [InlineData(502, null, FailureKind.Failed)]
    [InlineData(503, null, FailureKind.Failed)]
    [InlineData(409, "idempotency_key_in_use", FailureKind.Failed)]
    [InlineData(0, null, FailureKind.Failed)]
    [InlineData(429, "lock_timeout", FailureKind.TurnedAway)]
    [InlineData(400, "lock_timeout", FailureKind.TurnedAway)]
    [InlineData(400, "parameter_invalid_integer", FailureKind.Refused)]
    [InlineData(402, "card_declined", FailureKind.Refused)]
    [InlineData(404, "resource_missing", FailureKind.Refused)]
    [InlineData(410, null, FailureKind.Refused)]
    [InlineData(401, null, FailureKind.KeyRefused)]
    [InlineData(403, null, FailureKind.KeyRefused)]
    internal void Of_StripesAnswer_IsOfTheKind(int status, string? code, FailureKind kind)
    {
        var failure = From(Refusal(status, code))!;

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(status >= 500, failure.IsKept);
        Assert.NotEmpty(failure.Reason);
    }

    [Fact]
    public void Of_RateLimited_IsTurnedAwayUntilThen()
    {
        var retryAt = DateTimeOffset.UnixEpoch.AddDays(20_000);

        var failure = From(new StripeThrottledException(retryAt, TimeSpan.Zero))!;

        Assert.Equal((FailureKind.TurnedAway, retryAt), (failure.Kind, failure.RetryAt));
    }

    [Fact]
    public void Of_NoAnswer_IsFailed()
    {
        Exception[] all = [new TimeoutException(), new TaskCanceledException(), new HttpRequestException("refused"), new IOException("cut")];

        Assert.All(all, exception => Assert.Equal(FailureKind.Failed, From(exception)!.Kind));
    }

    [Fact]
    public void Of_OwnFault_IsRefusedAndNamed()
    {
        var failure = From(new InvalidDataException("no invoice"))!;

        Assert.Equal((FailureKind.Refused, "Unexpected: InvalidDataException: no invoice"), (failure.Kind, failure.Reason));
        Assert.Equal((FailureKind.Refused, "It is paid."), (From(new NotPossibleException("It is paid."))!.Kind, From(new NotPossibleException("It is paid."))!.Reason));
    }

    [Fact]
    public void Of_StorageErrorsAndTheEndOfTheProcess_AreNotAboutTheCall()
    {
        using var stopping = new CancellationTokenSource();
        stopping.Cancel();

        Assert.Null(From(new RequestFailedException(503, "busy")));
        Assert.Null(From(new AggregateException(new RequestFailedException("refused"))));
        Assert.Null(CallFailure.From(new OperationCanceledException(), stopping.Token));
    }

    [Theory]
    [InlineData("lines[3][amount]", 3)]
    [InlineData("lines[0]", 0)]
    [InlineData("lines", null)]
    [InlineData("customer", null)]
    [InlineData(null, null)]
    public void Of_Refusal_KnowsTheLineToBlame(string? parameter, int? line) => Assert.Equal(line, From(Refusal(400, null, parameter))!.Line);

    [Theory]
    [InlineData(400, null, true)]
    [InlineData(400, "invoice_not_editable", false)]
    [InlineData(404, "resource_missing", false)]
    [InlineData(402, null, false)]
    public void Of_Refusal_KnowsWhetherFewerLinesMayFareBetter(int status, string? code, bool isSplittable) => Assert.Equal(isSplittable, From(Refusal(status, code))!.IsSplittable);

    [Fact]
    public void Of_LongText_IsCut() => Assert.InRange(From(Refusal(400, null, message: new string('x', 10_000)))!.Reason.Length, 100, 600);

    private static CallFailure? From(Exception exception) => CallFailure.From(exception, TestContext.Current.CancellationToken);

    private static StripeException Refusal(int status, string? code, string? parameter = null, string message = "No.") =>
        new((HttpStatusCode)status, new StripeError { Code = code, Param = parameter }, message);
}
