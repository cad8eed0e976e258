using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>The processes, step by step.</summary>
internal sealed partial class MailLedgerModel
{
    /// <summary>The last step of a function that throws.</summary>
    private const string Thrown = "thrown";

    /// <summary>An operator's call is not repeated by itself.</summary>
    private IEnumerable<string> Operator(IEnumerable<string> call)
    {
        _operators++;
        foreach (var step in call)
        {
            yield return step;
        }

        _operators--;
    }

    private IEnumerable<string> Receive(Message message, TimeSpan skew)
    {
        var work = message.Deliveries > PoisonMessages.Deliveries ? Abandon(message, skew) : message.Step == InvoiceStep.Lookup ? LookUp(message, skew) : Send(message, skew);
        var isDone = true;
        foreach (var step in work)
        {
            isDone = step != Thrown;
            yield return step;
        }

        if (isDone)
        {
            _queue.Remove(message);
        }
    }

    private IEnumerable<string> Abandon(Message message, TimeSpan skew) =>
        Apply(Row, _ => message.Step == InvoiceStep.Lookup ? new LookupAbandoned(message.Attempts ?? 0) : new EmailAbandoned(), skew);

    private IEnumerable<string> LookUp(Message message, TimeSpan skew)
    {
        var attempts = message.Attempts ?? 0;
        return Apply(Row, invoice => InvoiceTransitions.IsLookupDue(invoice, attempts, _now + skew) ? new AmountAnswered(attempts, Answer()) : new LookupReceived(attempts), skew);
    }

    private AmountAnswer Answer() => (_areFaultsOver ? 0 : _choice % 8) switch
    {
        3 => AmountAnswer.Failed("500"),
        4 => AmountAnswer.Failed("503") with { RetryAfter = TimeSpan.FromSeconds(40) },
        5 => AmountAnswer.NotNow(TimeSpan.FromSeconds(7)),
        6 => AmountAnswer.NotFound("404"),
        7 => AmountAnswer.Refused("-1"),
        _ => AmountAnswer.Due(new Money(500, "usd")),
    };

    /// <summary>As <c>SendInvoiceEmailFunction</c>, with its lease.</summary>
    private IEnumerable<string> Send(Message message, TimeSpan skew)
    {
        InvoiceTransition? begun = null;
        var attempt = $"a{++_attempts}";
        foreach (var step in Apply(Row, _ => new EmailReceived(message.Attempts, attempt), skew, ended => begun = ended))
        {
            yield return step;
        }

        if (begun is not { StartsSending: true, Invoice: var sending })
        {
            yield break;
        }

        var (lease, isLost) = (sending, false);
        for (var renewal = 0; !_areFaultsOver && _choice % 3 == 1 && renewal < 3 && !isLost; renewal++)
        {
            InvoiceTransition? renewed = null;
            foreach (var step in Apply(lease, _ => new LeaseRenewed(attempt), skew, ended => renewed = ended))
            {
                yield return step;
            }

            (lease, isLost) = renewed is { IsChanged: true } ? (renewed.Invoice, false) : (lease, true);
            yield return "renewed";
        }

        var isHeld = !isLost && _now + skew + InvoiceTransitions.ClockSkew < InvoiceTransitions.LeaseEnd(lease);
        var (outcome, isAccepted) = isHeld ? Answer(_choice) : (null, false);
        if (isAccepted)
        {
            Accept();
        }

        yield return isAccepted ? "accepted" : "not accepted";
        var end = outcome is null ? (InvoiceEvent)new EmailNotStarted(attempt) : new EmailEnded(attempt, outcome);
        foreach (var step in Apply(sending, _ => end, skew))
        {
            yield return step;
        }

        if (outcome is null)
        {
            yield return Thrown;
        }
    }

    private void Accept()
    {
        Assert.True(Accepted == 0 || _mayComeAgain, "The mail server has taken the mail twice, and nobody has said that it may come again.");
        Assert.NotEqual(InvoiceStatus.Sent, Row.Status);
        Accepted++;
        _mayComeAgain = false;
    }

    /// <returns>What the session comes to, null if it was stopped before it began, and whether the server has the mail.</returns>
    private (MailOutcome? Outcome, bool IsAccepted) Answer(int choice) => (_areFaultsOver ? 0 : choice % 8) switch
    {
        2 => (MailOutcome.RefusedForNow("451"), false),
        3 => (MailOutcome.Refused("550"), false),
        4 => (MailOutcome.Unknown("cut"), true),
        5 => (MailOutcome.Unknown("cut"), false),
        6 => (null, false),
        _ => (MailOutcome.Sent, true),
    };

    /// <summary>As <c>InvoiceSweeper</c>, which also has 404s judged.</summary>
    private IEnumerable<string> Sweep()
    {
        if (Row.Status == InvoiceStatus.NotFound)
        {
            return Apply(Row, _ => new LookupsEnded(_areFaultsOver || _choice % 2 == 0 ? 1 : 20, 20), TimeSpan.Zero);
        }

        return InvoiceTransitions.Of(Row, new Swept(), policy, _now).IsChanged ? Apply(Row, _ => new Swept(), TimeSpan.Zero) : [];
    }

    /// <summary>As <c>MonthlyInvoiceStore.ApplyAsync</c>: load, decide, compare and swap, carry out; from the start when others were faster.</summary>
    private IEnumerable<string> Apply(MonthlyInvoice invoice, Func<MonthlyInvoice, InvoiceEvent> createEvent, TimeSpan skew, Action<InvoiceTransition>? ended = null)
    {
        yield return "loaded";
        while (true)
        {
            var @event = createEvent(invoice);
            yield return "asked";
            var transition = InvoiceTransitions.Of(invoice, @event, policy, _now + skew);
            foreach (var effect in transition.Effects.Where(effect => effect.IsFirst))
            {
                CarryOut(effect);
                yield return "carried out";
            }

            if (transition.IsChanged)
            {
                var changed = transition.Invoice with { UpdatedAt = _now + skew };
                var written = TryWrite(changed, transition);
                yield return "written";
                if (written is not null && !_areFaultsOver && _choice % 4 == 3)
                {
                    // The answer was lost, and the write is tried again: it conflicts, but the row may be as it was to be.
                    written = Row with { ETag = changed.ETag } == changed ? Row : null;
                }

                if (written is null)
                {
                    invoice = Row;
                    yield return "conflict";
                    continue;
                }

                transition = transition with { Invoice = written };
            }

            foreach (var effect in transition.Effects.Where(effect => !effect.IsFirst))
            {
                CarryOut(effect);
                yield return "carried out";
            }

            ended?.Invoke(transition);
            yield break;
        }
    }
}
