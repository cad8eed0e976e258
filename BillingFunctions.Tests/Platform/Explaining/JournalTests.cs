using System.Diagnostics;
using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Tests.Platform.Explaining;

public sealed class JournalTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    [Fact]
    public void With_SomeMoments_AreReadAsTheyWere()
    {
        var first = Moment.Now(Now, "added") with { Status = "pending" };
        var second = Moment.Now(Now.AddSeconds(1.5), "looked_up") with { Status = "priced", Attempt = 2, ReplyCode = 200, StripeRequestId = "req_1", Detail = "A line\nand \"another\"" };

        Assert.Equal([first, second], Journal.Read(Journal.With(Journal.With(null, first), second)));
    }

    [Fact]
    public void Read_AMomentOfAnotherCall_HasNoCallOfOurs()
    {
        using var call = new Activity("reader").Start();

        Assert.Null(Assert.Single(Journal.Read(Journal.With(null, new Moment(0, "added")))).CallId);
        Assert.Equal(call.TraceId.ToString(), Moment.Now(Now, "added").CallId);
    }

    [Fact]
    public void With_MoreThanARowHolds_KeepsTheFirstAndTheLast()
    {
        string? journal = null;
        for (var number = 0; number < 1_000; number++)
        {
            journal = Journal.With(journal, Moment.Now(Now.AddMinutes(number), "swept") with { Detail = new string('x', 400 + number), Attempt = number });
        }

        Assert.InRange(journal!.Length, 8_000, 16_000);
        var moments = Journal.Read(journal);
        Assert.Equal((0, 999), (moments[0].Attempt, moments[^1].Attempt));
        Assert.Equal(Enumerable.Range(1_000 - moments.Count + 1, moments.Count - 1), moments.Skip(1).Select(moment => moment.Attempt!.Value));
        Assert.All(moments, moment => Assert.InRange(moment.Detail!.Length, 400, 501));
    }

    [Fact]
    public void With_NoMoments_StaysAsItIs() => Assert.Null(Journal.With(null));
}
