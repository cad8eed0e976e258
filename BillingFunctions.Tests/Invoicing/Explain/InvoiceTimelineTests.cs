using System.Globalization;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Explain;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Invoicing.Explain;

public sealed class InvoiceTimelineTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:00:00Z", CultureInfo.InvariantCulture);

    private static readonly InvoicePolicy Policy = new([TimeSpan.FromSeconds(10)], UnknownDelivery.Hold, SendsMails: true, MaxQueueDepth: 500);

    /// <summary>Whatever finds first that a sender was lost.</summary>
    public static TheoryData<string> Finders => [.. Events.Keys];

    private static Dictionary<string, InvoiceEvent> Events => new(StringComparer.Ordinal)
    {
        ["another message"] = new EmailReceived(null, "a2"),
        ["an operator's retry"] = new RetryRequested(InvoiceStep.Email, null, HasRoom: true),
        ["the sweeper"] = new Swept(),
        ["a message that could not be processed"] = new EmailAbandoned(),
    };

    [Theory]
    [MemberData(nameof(Finders))]
    public void Of_SenderWasLost_SaysThatTheDeliveryIsNotKnown(string finder)
    {
        var sending = new MonthlyInvoice
        {
            Month = "2026-03",
            CustomerId = "c1",
            Status = InvoiceStatus.Sending,
            Email = "ada@example.com",
            Amount = new Money(100, "usd"),
            SendAttemptId = "a1",
            SendingSince = Now.AddHours(-1),
        };

        var found = InvoiceHistory.Note(InvoiceTransitions.Of(sending, Events[finder], Policy, Now), Events[finder], Now).Invoice;

        Assert.Equal(InvoiceStatus.DeliveryUnknown, found.Status);
        Assert.Equal("The sender of the mail was lost: it is not known whether it was delivered.", Assert.Single(InvoiceTimeline.Of(found, isMailOnly: true)).What);
    }
}
