using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Fixtures;
using CsCheck;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>Decisions 8 and 17 under whatever order of events: see <see cref="MailLedgerModel"/>.</summary>
public sealed class MailLedgerModelTests
{
    private static readonly Gen<LedgerMove[]> Moves = Gen.Select(
        Gen.Frequency(
            (40, LedgerMoveKind.Step),
            (3, LedgerMoveKind.Crash),
            (12, LedgerMoveKind.Deliver),
            (3, LedgerMoveKind.Duplicate),
            (8, LedgerMoveKind.Wait),
            (3, LedgerMoveKind.Sweep),
            (2, LedgerMoveKind.Retry),
            (1, LedgerMoveKind.RetryFailedJob),
            (4, LedgerMoveKind.Resolve)),
        Gen.Int[0, 23],
        (kind, pick) => new LedgerMove(kind, pick)).Array[0, 120];

    /// <summary>The mail server takes a mail once, unless an operator has said that it may come again; and when faults end, each invoice comes to an end with its reason.</summary>
    [Theory]
    [InlineData(UnknownDelivery.Hold)]
    [InlineData(UnknownDelivery.Resend)]
    public void AnyOrderOfEventsAndCrashes_OneMailAnInvoiceAndAnEnd(UnknownDelivery onUnknownDelivery)
    {
        var policy = new InvoicePolicy([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)], onUnknownDelivery, SendsMails: true, MaxQueueDepth: 500);

        Gen.Select(Moves, Gen.Bool).Sample(
            (moves, isRestart) => Play(new MailLedgerModel(policy), moves, isRestart),
            TestContext.Current.TestOutputHelper!.WriteLine,
            iter: Iterations.OrAsSet(2_000),
            print: sample => Tell(new MailLedgerModel(policy), sample.Item1, sample.Item2));
    }

    private static void Play(MailLedgerModel model, LedgerMove[] moves, bool isRestart)
    {
        Array.ForEach(moves, model.Make);
        model.Settle(isRestart);
        model.AssertEnded();
    }

    private static string Tell(MailLedgerModel model, LedgerMove[] moves, bool isRestart)
    {
        _ = Record.Exception(() => Play(model, moves, isRestart));
        return $"{string.Join(", ", moves)}{(isRestart ? ", restart" : "")}\n{string.Join('\n', model.Story)}";
    }
}

/// <summary>Something that happens.</summary>
/// <param name="Kind">What.</param>
/// <param name="Pick">To which of several, or how; taken modulo their number.</param>
internal readonly record struct LedgerMove(LedgerMoveKind Kind, int Pick)
{
    public override string ToString() => $"{Kind} {Pick}";
}

internal enum LedgerMoveKind
{
    Step,
    Crash,
    Deliver,
    Duplicate,
    Wait,
    Sweep,
    Retry,
    RetryFailedJob,
    Resolve,
}
