using System.Globalization;
using Azure;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>The state machine, row by row.</summary>
public sealed class InvoiceTransitionsTests
{
    private const string Attempt = "a1";

    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:00:00Z", CultureInfo.InvariantCulture);
    private static readonly BillingMonth March = BillingMonth.Parse("2026-03");
    private static readonly BilledCustomer Customer = new("c1", Now, "", "new@example.com", "One", "Europe/Berlin", "EUR");

    /// <summary>Three attempts.</summary>
    private static readonly InvoicePolicy Policy = new([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)], UnknownDelivery.Hold, SendsMails: true, MaxQueueDepth: 500);

    /// <summary>Each event, with what becomes of an invoice of each status that has made one attempt at the lookup and one at the mail. Where a status is not named nothing happens.</summary>
    private static readonly (string Name, InvoiceEvent Event, (InvoiceStatus From, InvoiceStatus To, string Effects)[] Rows)[] Table =
    [
        ("lookup of the last attempt", new LookupReceived(1), [(InvoiceStatus.LookupFailed, InvoiceStatus.LookupFailed, "add failed Lookup 1")]),
        ("lookup without attempts", new LookupReceived(0), []),
        ("amount due", new AmountAnswered(1, AmountAnswer.Due(new Money(500, "usd"))), [(InvoiceStatus.Pending, InvoiceStatus.Priced, "queue email 1")]),
        ("amount due, retried", new AmountAnswered(0, AmountAnswer.Due(new Money(500, "usd"))), [(InvoiceStatus.LookupFailed, InvoiceStatus.Priced, "remove failed Lookup, queue email 1")]),
        ("no charge", new AmountAnswered(1, AmountAnswer.NoCharge("zero")), [(InvoiceStatus.Pending, InvoiceStatus.NoCharge, "")]),
        ("no charge, retried", new AmountAnswered(0, AmountAnswer.NoCharge("zero")), [(InvoiceStatus.LookupFailed, InvoiceStatus.NoCharge, "remove failed Lookup")]),
        ("not found", new AmountAnswered(1, AmountAnswer.NotFound("404")), [(InvoiceStatus.Pending, InvoiceStatus.NotFound, "")]),
        ("not found, retried", new AmountAnswered(0, AmountAnswer.NotFound("404")), [(InvoiceStatus.LookupFailed, InvoiceStatus.NotFound, "remove failed Lookup")]),
        ("not found, but billed lately", new AmountAnswered(1, AmountAnswer.NotFound("404")) { LastBilled = "2026-01" }, [(InvoiceStatus.Pending, InvoiceStatus.LookupFailed, "add failed Lookup 2")]),
        ("lookups ended, few not found", new LookupsEnded(19, 19), [(InvoiceStatus.NotFound, InvoiceStatus.NoCharge, "")]),
        ("lookups ended, a small share not found", new LookupsEnded(20, 400), [(InvoiceStatus.NotFound, InvoiceStatus.NoCharge, "")]),
        ("lookups ended, too many not found", new LookupsEnded(20, 399), [(InvoiceStatus.NotFound, InvoiceStatus.LookupFailed, "add failed Lookup 1")]),
        ("amount refused", new AmountAnswered(1, AmountAnswer.Refused("-1")), [(InvoiceStatus.Pending, InvoiceStatus.LookupFailed, "add failed Lookup 2")]),
        ("amount refused, retried", new AmountAnswered(0, AmountAnswer.Refused("-1")), [(InvoiceStatus.LookupFailed, InvoiceStatus.LookupFailed, "add failed Lookup 1")]),
        ("amount failed", new AmountAnswered(1, AmountAnswer.Failed("500")), [(InvoiceStatus.Pending, InvoiceStatus.Pending, "queue lookup 2 in 60 s")]),
        ("amount failed, retried", new AmountAnswered(0, AmountAnswer.Failed("500")), [(InvoiceStatus.LookupFailed, InvoiceStatus.Pending, "remove failed Lookup, queue lookup 1 in 10 s")]),
        ("amount not now", new AmountAnswered(1, AmountAnswer.NotNow(TimeSpan.FromSeconds(7))), [(InvoiceStatus.Pending, InvoiceStatus.Pending, "queue lookup 1 in 7 s")]),
        ("amount not now, retried", new AmountAnswered(0, AmountAnswer.NotNow(TimeSpan.FromSeconds(7))), [(InvoiceStatus.LookupFailed, InvoiceStatus.Pending, "remove failed Lookup, queue lookup 0 in 7 s")]),
        ("amount of another attempt", new AmountAnswered(2, AmountAnswer.Due(new Money(500, "usd"))), []),
        ("lookup abandoned", new LookupAbandoned(1), [(InvoiceStatus.Pending, InvoiceStatus.LookupFailed, "add failed Lookup 5"), (InvoiceStatus.LookupFailed, InvoiceStatus.LookupFailed, "add failed Lookup 5")]),
        ("lookup of another attempt abandoned", new LookupAbandoned(0), [(InvoiceStatus.LookupFailed, InvoiceStatus.LookupFailed, "add failed Lookup 5")]),
        ("email of its own", new EmailReceived(null, "a2"),
        [
            (InvoiceStatus.Priced, InvoiceStatus.Sending, ""),
            (InvoiceStatus.EmailFailed, InvoiceStatus.Sending, "remove failed Email"),
            (InvoiceStatus.Sending, InvoiceStatus.Sending, "queue email 1 in 85 s"),
        ]),
        ("email that follows the last attempt", new EmailReceived(1, "a2"),
        [
            (InvoiceStatus.Priced, InvoiceStatus.Sending, ""),
            (InvoiceStatus.EmailFailed, InvoiceStatus.EmailFailed, "add failed Email 1"),
            (InvoiceStatus.Sending, InvoiceStatus.Sending, "queue email 1 in 85 s"),
        ]),
        ("email that follows an older attempt", new EmailReceived(0, "a2"),
        [
            (InvoiceStatus.EmailFailed, InvoiceStatus.EmailFailed, "add failed Email 1"),
            (InvoiceStatus.Sending, InvoiceStatus.Sending, "queue email 1 in 85 s"),
        ]),
        ("email sent", new EmailEnded(Attempt, MailOutcome.Sent), OfTheAttempt(InvoiceStatus.Sent, "")),
        ("email refused for now", new EmailEnded(Attempt, MailOutcome.RefusedForNow("451")), OfTheAttempt(InvoiceStatus.Priced, "queue email 2 in 60 s")),
        ("email refused", new EmailEnded(Attempt, MailOutcome.Refused("550")), OfTheAttempt(InvoiceStatus.EmailFailed, "add failed Email 2")),
        ("email unknown", new EmailEnded(Attempt, MailOutcome.Unknown("cut")), OfTheAttempt(InvoiceStatus.DeliveryUnknown, "")),
        ("email of another attempt sent", new EmailEnded("a0", MailOutcome.Sent), []),
        ("email not started", new EmailNotStarted(Attempt), OfTheAttempt(InvoiceStatus.Priced, "")),
        ("another email not started", new EmailNotStarted("a0"), []),
        ("email abandoned", new EmailAbandoned(),
        [
            (InvoiceStatus.Priced, InvoiceStatus.EmailFailed, "add failed Email 1"),
            (InvoiceStatus.EmailFailed, InvoiceStatus.EmailFailed, "add failed Email 1"),
            (InvoiceStatus.Sending, InvoiceStatus.Sending, "queue email 1 in 90 s"),
        ]),
        ("lookups retried", new RetryRequested(InvoiceStep.Lookup, null, HasRoom: true),
            [(InvoiceStatus.Pending, InvoiceStatus.Pending, "queue lookup 0"), (InvoiceStatus.LookupFailed, InvoiceStatus.Pending, "remove failed Lookup, queue lookup 0")]),
        ("emails retried", new RetryRequested(InvoiceStep.Email, null, HasRoom: true),
            [(InvoiceStatus.Priced, InvoiceStatus.Priced, "queue email 0"), (InvoiceStatus.EmailFailed, InvoiceStatus.Priced, "remove failed Email, queue email 0")]),
        ("lookups retried without room", new RetryRequested(InvoiceStep.Lookup, null, HasRoom: false), [(InvoiceStatus.LookupFailed, InvoiceStatus.Pending, "remove failed Lookup")]),
        ("emails retried without room", new RetryRequested(InvoiceStep.Email, null, HasRoom: false), [(InvoiceStatus.EmailFailed, InvoiceStatus.Priced, "remove failed Email")]),
        ("resolved as sent", new DeliveryResolved(WasDelivered: true), [(InvoiceStatus.DeliveryUnknown, InvoiceStatus.Sent, "")]),
        ("resolved to be sent again", new DeliveryResolved(WasDelivered: false), [(InvoiceStatus.DeliveryUnknown, InvoiceStatus.Priced, "queue email")]),
        ("swept", new Swept(), []),
    ];

    public static TheoryData<string, InvoiceStatus> EachEventAndStatus => [.. Table.SelectMany(_ => InvoiceStatuses.All, (row, status) => (row.Name, status))];

    [Theory]
    [MemberData(nameof(EachEventAndStatus))]
    public void Of_EachEventInEachStatus_IsAsTheTableSays(string name, InvoiceStatus status)
    {
        var (_, @event, rows) = Table.Single(row => row.Name == name);
        var (_, to, effects) = rows.Append((From: status, To: status, Effects: "")).First(row => row.From == status);
        var before = Invoice(status);

        var transition = InvoiceTransitions.Of(before, @event, Policy, Now);

        Assert.Same(before, transition.Before);
        Assert.Equal((to, effects), (transition.Invoice.Status, TextOf(transition)));
        Assert.True(rows.Any(row => row.From == status) || !transition.IsChanged);
    }

    /// <summary>Who comes by after the lease of 90 s takes the sender for dead, whoever it is.</summary>
    [Theory]
    [InlineData("email", 90, UnknownDelivery.Hold, InvoiceStatus.Sending, "queue email 1 in 5 s")]
    [InlineData("email", 91, UnknownDelivery.Hold, InvoiceStatus.DeliveryUnknown, "")]
    [InlineData("email", 91, UnknownDelivery.Resend, InvoiceStatus.Sending, "")]
    [InlineData("abandoned", 90, UnknownDelivery.Resend, InvoiceStatus.Sending, "queue email 1 in 90 s")]
    [InlineData("abandoned", 91, UnknownDelivery.Resend, InvoiceStatus.DeliveryUnknown, "")]
    [InlineData("retry", 90, UnknownDelivery.Resend, InvoiceStatus.Sending, "")]
    [InlineData("retry", 91, UnknownDelivery.Hold, InvoiceStatus.DeliveryUnknown, "")]
    [InlineData("retry", 91, UnknownDelivery.Resend, InvoiceStatus.Priced, "queue email 2")]
    [InlineData("retry without room", 91, UnknownDelivery.Resend, InvoiceStatus.Priced, "")]
    [InlineData("swept", 90, UnknownDelivery.Resend, InvoiceStatus.Sending, "")]
    [InlineData("swept", 91, UnknownDelivery.Hold, InvoiceStatus.DeliveryUnknown, "")]
    [InlineData("swept", 91, UnknownDelivery.Resend, InvoiceStatus.Priced, "queue email 2")]
    public void Of_Sending_IsOverAfterItsLease(string name, int seconds, UnknownDelivery unknown, InvoiceStatus to, string effects)
    {
        InvoiceEvent @event = name switch
        {
            "email" => new EmailReceived(0, "a2"),
            "abandoned" => new EmailAbandoned(),
            "swept" => new Swept(),
            _ => new RetryRequested(InvoiceStep.Email, null, HasRoom: name == "retry"),
        };

        var transition = InvoiceTransitions.Of(Invoice(InvoiceStatus.Sending) with { SendingSince = Now.AddSeconds(-seconds) }, @event, Policy with { OnUnknownDelivery = unknown }, Now);

        Assert.Equal((to, effects), (transition.Invoice.Status, TextOf(transition)));
        Assert.Equal(seconds > 90 ? 2 : 1, transition.Invoice.EmailAttempts);
        Assert.Equal(to == InvoiceStatus.Sending && seconds > 90 ? "a2" : Attempt, transition.Invoice.SendAttemptId);
    }

    [Fact]
    public void Of_TheLastAttempt_FailsOrIsHeldWhateverTheSettingsSay()
    {
        var (pending, sending) = (Invoice(InvoiceStatus.Pending) with { LookupAttempts = 2 }, Invoice(InvoiceStatus.Sending) with { EmailAttempts = 2 });
        var resend = Policy with { OnUnknownDelivery = UnknownDelivery.Resend };

        var lookup = InvoiceTransitions.Of(pending, new AmountAnswered(2, AmountAnswer.Failed("500")), resend, Now);
        var refused = InvoiceTransitions.Of(sending, new EmailEnded(Attempt, MailOutcome.RefusedForNow("451")), resend, Now);
        var unknown = InvoiceTransitions.Of(sending, new EmailEnded(Attempt, MailOutcome.Unknown("cut")), resend, Now);
        var lost = InvoiceTransitions.Of(sending with { SendingSince = Now.AddSeconds(-91) }, new Swept(), resend, Now);

        Assert.Equal((InvoiceStatus.LookupFailed, "500", "add failed Lookup 3"), (lookup.Invoice.Status, lookup.Invoice.Reason, TextOf(lookup)));
        Assert.Equal((InvoiceStatus.EmailFailed, "451", "add failed Email 3"), (refused.Invoice.Status, refused.Invoice.Reason, TextOf(refused)));
        Assert.Equal((InvoiceStatus.DeliveryUnknown, "cut", 3), (unknown.Invoice.Status, unknown.Invoice.Reason, unknown.Invoice.EmailAttempts));
        Assert.Equal((InvoiceStatus.DeliveryUnknown, 3), (lost.Invoice.Status, lost.Invoice.EmailAttempts));
    }

    [Fact]
    public void Of_UnknownAndToBeResent_IsSentAgainAfterTheDelay()
    {
        var transition = InvoiceTransitions.Of(
            Invoice(InvoiceStatus.Sending), new EmailEnded(Attempt, MailOutcome.Unknown("cut")), Policy with { OnUnknownDelivery = UnknownDelivery.Resend }, Now);

        Assert.Equal((InvoiceStatus.Priced, Now.AddSeconds(60), "queue email 2 in 60 s"), (transition.Invoice.Status, transition.Invoice.QueuedAt, TextOf(transition)));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending, "queue lookup 1")]
    [InlineData(InvoiceStatus.Priced, "queue email 1")]
    [InlineData(InvoiceStatus.LookupFailed, "")]
    [InlineData(InvoiceStatus.Sent, "")]
    public void Of_SweptAndNotHeardOfForTwoMinutes_IsQueuedAndMarked(InvoiceStatus status, string effects)
    {
        foreach (var queuedAt in new DateTimeOffset?[] { null, Now.AddSeconds(-121) })
        {
            var transition = InvoiceTransitions.Of(Invoice(status) with { QueuedAt = queuedAt }, new Swept(), Policy, Now);

            Assert.Equal((status, effects, effects.Length > 0), (transition.Invoice.Status, TextOf(transition), transition.IsChanged && transition.Invoice.QueuedAt == Now));
        }

        Assert.False(InvoiceTransitions.Of(Invoice(status) with { QueuedAt = Now.AddSeconds(-120) }, new Swept(), Policy, Now).IsChanged);
    }

    [Fact]
    public void Of_MailsAreOff_QueuesNone()
    {
        var off = Policy with { SendsMails = false };

        var priced = InvoiceTransitions.Of(Invoice(InvoiceStatus.Pending), new AmountAnswered(1, AmountAnswer.Due(new Money(500, "usd"))), off, Now);
        var swept = InvoiceTransitions.Of(Invoice(InvoiceStatus.Priced) with { QueuedAt = null }, new Swept(), off, Now);

        Assert.Equal((InvoiceStatus.Priced, ""), (priced.Invoice.Status, TextOf(priced)));
        Assert.False(swept.IsChanged);
    }

    [Theory]
    [InlineData(-61, true)]
    [InlineData(-60, false)]
    [InlineData(30, false)]
    public void Of_NotNow_GivesASignOfLifeOnceAMinute(int queuedSeconds, bool isWritten)
    {
        var transition = InvoiceTransitions.Of(
            Invoice(InvoiceStatus.Pending) with { QueuedAt = Now.AddSeconds(queuedSeconds), Reason = "500" }, new AmountAnswered(1, AmountAnswer.NotNow(TimeSpan.FromSeconds(7))), Policy, Now);

        Assert.Equal((isWritten, 1, "500"), (transition.IsChanged, transition.Invoice.LookupAttempts, transition.Invoice.Reason));
        Assert.Equal(isWritten ? Now.AddSeconds(7) : Now.AddSeconds(queuedSeconds), transition.Invoice.QueuedAt);
    }

    /// <summary>The amount API says how long it is not to be asked.</summary>
    [Theory]
    [InlineData(59, 60)]
    [InlineData(61, 61)]
    [InlineData(7 * 24 * 3600, 7 * 24 * 3600)]
    public void Of_AmountFailedWithAWait_TakesTheLongerOne(int retryAfter, int expected)
    {
        var transition = InvoiceTransitions.Of(
            Invoice(InvoiceStatus.Pending), new AmountAnswered(1, AmountAnswer.Failed("429") with { RetryAfter = TimeSpan.FromSeconds(retryAfter) }), Policy, Now);

        Assert.Equal((Now.AddSeconds(expected), $"queue lookup 2 in {expected} s"), (transition.Invoice.QueuedAt, TextOf(transition)));
    }

    [Fact]
    public void Of_PricedAndNeverTried_ALookupQueuesTheMailAgain() =>
        Assert.Equal("queue email 0", TextOf(InvoiceTransitions.Of(Invoice(InvoiceStatus.Priced) with { EmailAttempts = 0 }, new LookupReceived(0), Policy, Now)));

    [Theory]
    [InlineData("", 100, "no e-mail address")]
    [InlineData("ada@example.com", 0, "no amount")]
    public void Of_EmailThatCannotBeSent_FailsWithTheReason(string address, long amount, string reason)
    {
        var transition = InvoiceTransitions.Of(Invoice(InvoiceStatus.Priced) with { Email = address, Amount = new Money(amount, "usd") }, new EmailReceived(null, "a2"), Policy, Now);

        Assert.Equal((InvoiceStatus.EmailFailed, "add failed Email 1"), (transition.Invoice.Status, TextOf(transition)));
        Assert.Contains(reason, transition.Invoice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EachOutcome_IsOnTheInvoice()
    {
        var priced = InvoiceTransitions.Of(Invoice(InvoiceStatus.Pending), new AmountAnswered(1, AmountAnswer.Due(new Money(500, "usd"))), Policy, Now).Invoice;
        var sending = InvoiceTransitions.Of(priced, new EmailReceived(null, "a2"), Policy, Now).Invoice;
        var sent = InvoiceTransitions.Of(sending, new EmailEnded("a2", MailOutcome.Sent), Policy, Now.AddSeconds(3)).Invoice;

        Assert.Equal((new Money(500, "usd"), 2, Now), (priced.Amount, priced.LookupAttempts, priced.QueuedAt));
        Assert.Equal(("a2", Now), (sending.SendAttemptId, sending.SendingSince));
        Assert.Equal((2, Now.AddSeconds(3), null, null), (sent.EmailAttempts, sent.SentAt, sent.SendingSince, sent.Reason));
    }

    [Fact]
    public void Of_RetriedAfterFailing_TakesTheCustomerAsItIsNow()
    {
        var failed = Invoice(InvoiceStatus.EmailFailed) with { EmailAttempts = 3, Reason = "550" };

        var hasRoom = InvoiceTransitions.Of(failed, new RetryRequested(InvoiceStep.Email, Customer, HasRoom: true), Policy, Now).Invoice;
        var waits = InvoiceTransitions.Of(failed, new RetryRequested(InvoiceStep.Email, Customer, HasRoom: false), Policy, Now).Invoice;

        Assert.Equal(("new@example.com", "eur", 0, 1, null, Now), (hasRoom.Email, hasRoom.Currency, hasRoom.EmailAttempts, hasRoom.LookupAttempts, hasRoom.Reason, hasRoom.QueuedAt));
        Assert.Equal(hasRoom with { QueuedAt = null }, waits);
    }

    [Fact]
    public void Add_NewCustomer_IsPendingOrNotBilled()
    {
        var billed = InvoiceTransitions.Add(null, Customer, March, Now);
        var notBilled = InvoiceTransitions.Add(null, Customer with { FirstBillingMonth = "2026-04" }, March, Now);

        Assert.Equal(
            new MonthlyInvoice { Month = "2026-03", CustomerId = "c1", Email = "new@example.com", Name = "One", TimeZone = "Europe/Berlin", Currency = "eur", QueuedAt = Now }, billed.Invoice);
        Assert.Equal((true, "queue lookup 0"), (billed.IsChanged, TextOf(billed)));
        Assert.Equal((InvoiceStatus.NotBilled, "The customer is billed from 2026-04 on.", null, ""), (notBilled.Invoice.Status, notBilled.Invoice.Reason, notBilled.Invoice.QueuedAt, TextOf(notBilled)));
    }

    [Fact]
    public void Add_NotBilledBeforeButNow_IsPendingWithTheCustomerAsItIs()
    {
        var transition = InvoiceTransitions.Add(Invoice(InvoiceStatus.NotBilled) with { Reason = "The customer was in no upload.", ETag = new ETag("1") }, Customer, March, Now);

        Assert.Equal(
            (InvoiceStatus.Pending, null, "new@example.com", new ETag("1"), "queue lookup 0"),
            (transition.Invoice.Status, transition.Invoice.Reason, transition.Invoice.Email, transition.Invoice.ETag, TextOf(transition)));
    }

    [Fact]
    public void Add_InvoiceIsThere_IsLeftAlone()
    {
        foreach (var status in InvoiceStatuses.All)
        {
            Assert.False(InvoiceTransitions.Add(Invoice(status), Customer with { FirstBillingMonth = "2026-04" }, March, Now) is { IsChanged: true } or { Effects.Count: > 0 });
            var known = status == InvoiceStatus.NotBilled ? Invoice(status) : Customer.Describe(Invoice(status));
            var transition = InvoiceTransitions.Add(known with { LookupAttempts = 0 }, Customer, March, Now);
            Assert.Equal((status == InvoiceStatus.NotBilled, status is InvoiceStatus.NotBilled or InvoiceStatus.Pending), (transition.IsChanged, transition.Effects.Count > 0));
        }

        // Its next attempt has a message of its own.
        Assert.Empty(InvoiceTransitions.Add(Invoice(InvoiceStatus.Pending), Customer, March, Now).Effects);
    }

    /// <summary>The mail has not been begun: its address is that of the customer as it is now. What an operator has to look at is left to the hooks.</summary>
    [Theory]
    [InlineData(InvoiceStatus.Pending, 0, "new@example.com", "eur")]
    [InlineData(InvoiceStatus.Priced, 0, "new@example.com", null)]
    [InlineData(InvoiceStatus.Priced, 1, "ada@example.com", null)]
    [InlineData(InvoiceStatus.Sending, 0, "ada@example.com", null)]
    [InlineData(InvoiceStatus.EmailFailed, 0, "ada@example.com", null)]
    [InlineData(InvoiceStatus.LookupFailed, 0, "ada@example.com", null)]
    public void Add_CustomerHasChanged_IsTakenUntilTheMailIsBegun(InvoiceStatus status, int emailAttempts, string email, string? currency)
    {
        var invoice = InvoiceTransitions.Add(Invoice(status) with { EmailAttempts = emailAttempts }, Customer, March, Now).Invoice;

        Assert.Equal((status, email, currency), (invoice.Status, invoice.Email, invoice.Currency));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending, 1, true)]
    [InlineData(InvoiceStatus.Pending, 0, false)]
    [InlineData(InvoiceStatus.LookupFailed, 0, true)]
    [InlineData(InvoiceStatus.LookupFailed, 1, false)]
    [InlineData(InvoiceStatus.Priced, 1, false)]
    [InlineData(InvoiceStatus.NotBilled, 1, false)]
    public void IsLookupDue_AMessage_IsOnlyForTheNextAttempt(InvoiceStatus status, int attempts, bool expected) =>
        Assert.Equal(expected, InvoiceTransitions.IsLookupDue(Invoice(status), attempts, Now));

    [Fact]
    public void RetriedBy_EachStep_AreTheStatusesThatItChanges()
    {
        foreach (var (step, status) in Enum.GetValues<InvoiceStep>().SelectMany(_ => InvoiceStatuses.All, (step, status) => (step, status)))
        {
            var invoice = Invoice(status) with { SendingSince = Now.AddMinutes(-2) };
            Assert.Equal(InvoiceTransitions.RetriedBy(step).Contains(status), InvoiceTransitions.Of(invoice, new RetryRequested(step, null, HasRoom: true), Policy, Now).IsChanged);
        }
    }

    private static (InvoiceStatus From, InvoiceStatus To, string Effects)[] OfTheAttempt(InvoiceStatus to, string effects) =>
        [(InvoiceStatus.Sending, to, effects)];

    private static MonthlyInvoice Invoice(InvoiceStatus status) => new()
    {
        Month = "2026-03",
        CustomerId = "c1",
        Status = status,
        Email = "ada@example.com",
        Amount = status is InvoiceStatus.Pending or InvoiceStatus.LookupFailed or InvoiceStatus.NotBilled or InvoiceStatus.NoCharge or InvoiceStatus.NotFound ? null : new Money(100, "usd"),
        LookupAttempts = 1,
        EmailAttempts = 1,
        SendAttemptId = Attempt,
        SendingSince = Now.AddSeconds(-10),
        QueuedAt = Now,
    };

    private static string TextOf(InvoiceTransition transition) => string.Join(", ", transition.Effects.Select(effect => effect switch
    {
        QueueLookup lookup => $"queue lookup {lookup.Attempts}{DelayOf(lookup.Delay)}",
        QueueEmail email => $"queue email {email.FollowsAttempt}".TrimEnd() + DelayOf(email.Delay),
        AddFailedJob job => $"add failed {job.Step} {job.Attempts}",
        RemoveFailedJob job => $"remove failed {job.Step}",
        _ => effect.ToString(),
    }));

    private static string DelayOf(TimeSpan? delay) => delay is { } given ? $" in {given.TotalSeconds} s" : "";
}
