using BenchmarkDotNet.Attributes;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>Two of the transitions of a monthly invoice.</summary>
public class InvoiceParts
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly InvoicePolicy Policy = new([TimeSpan.FromSeconds(30)], UnknownDelivery.Hold, SendsMails: true, MaxQueueDepth: 500);
    private static readonly AmountAnswered Answered = new(0, AmountAnswer.Due(new Money(1_250, "usd")));
    private static readonly EmailEnded Ended = new("attempt", MailOutcome.SentWith("queued as 1"));

    private static readonly MonthlyInvoice Pending = new()
    {
        Month = "2025-12",
        CustomerId = "cus_1",
        Email = "ada@example.com",
        Name = "Ada Lovelace",
        Currency = "usd",
        QueuedAt = Now,
    };

    private static readonly MonthlyInvoice Sending = Pending with
    {
        Status = InvoiceStatus.Sending,
        Amount = new Money(1_250, "usd"),
        SendAttemptId = Ended.AttemptId,
        SendingSince = Now,
    };

    [Benchmark(Description = "invoice, amount answered")]
    public object Answer() => InvoiceTransitions.Of(Pending, Answered, Policy, Now);

    [Benchmark(Description = "invoice, mail sent")]
    public object Send() => InvoiceTransitions.Of(Sending, Ended, Policy, Now);
}
