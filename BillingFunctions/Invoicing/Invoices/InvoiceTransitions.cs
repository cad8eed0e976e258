using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// The state machine of an invoice, whole and pure: no other code decides on a status. An event that comes late or twice finds an invoice that it no longer
/// applies to, and changes nothing.
/// </summary>
internal static class InvoiceTransitions
{
    /// <summary>How much the clocks of two machines may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private const string Abandoned = "Its message could not be processed. The log says why.";
    private const string SenderLost = "The process that was sending the mail ended before it could store the outcome.";
    private const string Confirmed = "An operator has confirmed the delivery.";

    /// <summary>How often the row of a lookup that waits for a permit is written, so that the sweeper does not queue it again.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromMinutes(1);

    /// <param name="invoice">The invoice as it is stored.</param>
    /// <param name="event">What happens.</param>
    /// <param name="policy">What the settings say.</param>
    /// <param name="now">The current time.</param>
    public static InvoiceTransition Of(MonthlyInvoice invoice, InvoiceEvent @event, InvoicePolicy policy, DateTimeOffset now) => @event switch
    {
        LookupReceived lookup => OnLookup(invoice, lookup, policy, now),
        AmountAnswered answered => OnAnswer(invoice, answered, policy, now),
        LookupsEnded ended => OnLookupsEnded(invoice, ended, policy),
        LookupAbandoned abandoned => OnLookupAbandoned(invoice, abandoned),
        EmailReceived email => OnEmail(invoice, email, policy, now),
        LeaseRenewed renewed => IsSentBy(invoice, renewed.AttemptId) && !IsLeaseOver(invoice, now) ? new(invoice, invoice with { SendingSince = now }) : Stay(invoice),
        EmailEnded ended => OnEmailEnded(invoice, ended, policy, now),
        EmailNotStarted stopped => IsSentBy(invoice, stopped.AttemptId) ? new(invoice, invoice with { Status = InvoiceStatus.Priced, SendingSince = null }) : Stay(invoice),
        EmailAbandoned => OnEmailAbandoned(invoice, policy, now),
        RetryRequested retry => OnRetry(invoice, retry, policy, now),
        DeliveryResolved resolved => OnResolved(invoice, resolved, policy, now),
        Swept => OnSwept(invoice, policy, now),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Not an event of an invoice"),
    };

    /// <summary>Puts a customer on the list of a month: with an invoice to look up, or with the reason why it is not billed. A customer who can be billed now is billed; an invoice whose mail has not been begun takes name and address as they are now, and the currency before its lookup. All else is left alone.</summary>
    /// <param name="stored">The customer's invoice; null when there is none.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="month">The month.</param>
    /// <param name="now">The current time.</param>
    public static InvoiceTransition Add(MonthlyInvoice? stored, BilledCustomer customer, BillingMonth month, DateTimeOffset now)
    {
        var reason = customer.ReasonNotBilled(month);
        var before = stored ?? new MonthlyInvoice { Month = month.ToString(), CustomerId = customer.Id };
        return (stored?.Status, reason) switch
        {
            (null or InvoiceStatus.NotBilled, null) =>
                new(before, customer.Describe(before) with { Status = InvoiceStatus.Pending, Reason = null, QueuedAt = now }, new QueueLookup(0)),
            (null, _) => new(before, customer.Describe(before) with { Status = InvoiceStatus.NotBilled, Reason = reason }),

            // The process may have died between adding it and queueing its lookup.
            (InvoiceStatus.Pending, null) => Describe(before, customer.Describe(before), before.LookupAttempts == 0 ? [new QueueLookup(0)] : []),
            (InvoiceStatus.Priced, null) when before.EmailAttempts == 0 => Describe(before, customer.Describe(before) with { Currency = before.Currency }, []),
            _ => Stay(before),
        };
    }

    private static InvoiceTransition Describe(MonthlyInvoice before, MonthlyInvoice described, IReadOnlyList<InvoiceEffect> effects) => new(before, described == before ? before : described, effects);

    /// <summary>Whether the amount API is to be asked now for a lookup message.</summary>
    public static bool IsLookupDue(MonthlyInvoice invoice, int attempts, DateTimeOffset now) => IsForNextAttempt(invoice, attempts) && !(now < invoice.NotBefore);

    /// <summary>Until when the sender of an invoice that is being sent is taken for alive.</summary>
    public static DateTimeOffset LeaseEnd(MonthlyInvoice sending) => (sending.SendingSince ?? sending.UpdatedAt) + MonthlyInvoice.SendingLease;

    /// <summary>The statuses in which <c>retry_lookups</c> or <c>retry_emails</c> has something to do.</summary>
    public static IReadOnlyCollection<InvoiceStatus> RetriedBy(InvoiceStep step) => step switch
    {
        InvoiceStep.Lookup => [InvoiceStatus.Pending, InvoiceStatus.LookupFailed],
        InvoiceStep.Email => [InvoiceStatus.Priced, InvoiceStatus.EmailFailed, InvoiceStatus.Sending],
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not a step"),
    };

    /// <summary>A message that does not know of the last attempt is out of date; one that knows of none tries a failed invoice again.</summary>
    private static bool IsForNextAttempt(MonthlyInvoice invoice, int attempts) => invoice.Status switch
    {
        InvoiceStatus.Pending => attempts == invoice.LookupAttempts,
        InvoiceStatus.LookupFailed => attempts == 0,
        _ => false,
    };

    private static InvoiceTransition OnLookup(MonthlyInvoice invoice, LookupReceived lookup, InvoicePolicy policy, DateTimeOffset now) => invoice.Status switch
    {
        // The amount API has asked to wait, and the message came early: it was delivered twice, or storage cannot hide it for so long.
        _ when IsForNextAttempt(invoice, lookup.Attempts) && invoice.NotBefore is { } until => Stay(invoice, new QueueLookup(lookup.Attempts, Longer(until - now, TimeSpan.Zero))),

        // The process may have died between storing the outcome and what follows from it.
        InvoiceStatus.LookupFailed when lookup.Attempts > 0 => Stay(invoice, new AddFailedJob(InvoiceStep.Lookup, invoice.LookupAttempts)),
        InvoiceStatus.Priced when invoice.EmailAttempts == 0 => Stay(invoice, Mail(policy, 0)),
        _ => Stay(invoice),
    };

    private static InvoiceTransition OnAnswer(MonthlyInvoice invoice, AmountAnswered answered, InvoicePolicy policy, DateTimeOffset now)
    {
        if (!IsForNextAttempt(invoice, answered.Attempts))
        {
            return Stay(invoice);
        }

        var (answer, attempts) = (answered.Answer, answered.Attempts + 1);
        var ended = invoice with { LookupAttempts = attempts, Reason = answer.Reason, Amount = answer.Amount, IsNotFound = false, QueuedAt = now, NotBefore = NotBeforeOf(answer, now) };
        IReadOnlyList<InvoiceEffect> reopened = invoice.Status == InvoiceStatus.LookupFailed ? [new RemoveFailedJob(InvoiceStep.Lookup)] : [];
        return answer.Outcome switch
        {
            AmountOutcome.Due => new(invoice, ended with { Status = InvoiceStatus.Priced }, [.. reopened, .. Mail(policy, invoice.EmailAttempts)]),
            AmountOutcome.NoCharge => new(invoice, ended with { Status = InvoiceStatus.NoCharge }, reopened),
            AmountOutcome.NotFound when answered.LastBilled is { } month =>
                new(invoice, ended with { Status = InvoiceStatus.LookupFailed, Reason = $"{answer.Reason} But the customer was billed for {month}." }, new AddFailedJob(InvoiceStep.Lookup, attempts)),
            AmountOutcome.NotFound => new(invoice, ended with { Status = InvoiceStatus.NotFound, IsNotFound = true }, reopened),
            AmountOutcome.Failed when policy.DelayAfter(attempts) is { } staggered && Longer(staggered, answer.RetryAfter) is var delay =>
                new(invoice, ended with { Status = InvoiceStatus.Pending, QueuedAt = now + delay }, [.. reopened, new QueueLookup(attempts, delay)]),
            AmountOutcome.Failed or AmountOutcome.Refused => new(invoice, ended with { Status = InvoiceStatus.LookupFailed }, new AddFailedJob(InvoiceStep.Lookup, attempts)),
            AmountOutcome.NotNow => Postpone(invoice, answered, reopened, policy, now),
            _ => throw new ArgumentOutOfRangeException(nameof(answered), answer.Outcome, "Not an outcome"),
        };
    }

    private static DateTimeOffset? NotBeforeOf(AmountAnswer answer, DateTimeOffset now) =>
        answer is { Outcome: AmountOutcome.Failed, RetryAfter: var wait } && wait > TimeSpan.Zero ? now + wait : null;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static InvoiceTransition OnLookupsEnded(MonthlyInvoice invoice, LookupsEnded ended, InvoicePolicy policy) => invoice.Status switch
    {
        InvoiceStatus.NotFound when policy.Believes(ended) => new(invoice, invoice with { Status = InvoiceStatus.NoCharge }),
        InvoiceStatus.NotFound => new(
            invoice,
            invoice with { Status = InvoiceStatus.LookupFailed, Reason = $"{invoice.Reason} So it has for {ended.NotFound} of the month's {ended.Billed}, which is too many to believe it." },
            new AddFailedJob(InvoiceStep.Lookup, invoice.LookupAttempts, HasMessage: false)),
        _ => Stay(invoice),
    };

    /// <summary>An API that could not be asked is no attempt.</summary>
    private static InvoiceTransition Postpone(MonthlyInvoice invoice, AmountAnswered answered, IReadOnlyList<InvoiceEffect> reopened, InvoicePolicy policy, DateTimeOffset now)
    {
        var delay = policy.Spread(answered.Answer.RetryAfter);
        var isHeardOf = invoice.Status == InvoiceStatus.Pending && now - invoice.QueuedAt <= SignOfLife;
        var next = isHeardOf ? invoice : invoice with { Status = InvoiceStatus.Pending, LookupAttempts = answered.Attempts, QueuedAt = now + delay };
        return new(invoice, next, [.. reopened, new QueueLookup(answered.Attempts, delay)]);
    }

    private static InvoiceTransition OnLookupAbandoned(MonthlyInvoice invoice, LookupAbandoned abandoned) => invoice.Status switch
    {
        InvoiceStatus.Pending when invoice.LookupAttempts == abandoned.Attempts =>
            new(invoice, invoice with { Status = InvoiceStatus.LookupFailed, Reason = Abandoned }, new AddFailedJob(InvoiceStep.Lookup, PoisonMessages.Deliveries)),
        InvoiceStatus.LookupFailed => Stay(invoice, new AddFailedJob(InvoiceStep.Lookup, PoisonMessages.Deliveries)),
        _ => Stay(invoice),
    };

    private static InvoiceTransition OnEmail(MonthlyInvoice invoice, EmailReceived email, InvoicePolicy policy, DateTimeOffset now) => invoice.Status switch
    {
        InvoiceStatus.Priced when email.FollowsAttempt is null || email.FollowsAttempt == invoice.EmailAttempts => Send(invoice, invoice, email, now),
        InvoiceStatus.EmailFailed when email.FollowsAttempt is null => Send(invoice, invoice with { EmailAttempts = 0, Reason = null }, email, now),
        InvoiceStatus.EmailFailed => Stay(invoice, new AddFailedJob(InvoiceStep.Email, invoice.EmailAttempts)),
        InvoiceStatus.Sending => AfterLease(invoice, policy, now) switch
        {
            null => Stay(invoice, Mail(policy, invoice.EmailAttempts, LeaseEnd(invoice) + ClockSkew - now)),
            { Status: InvoiceStatus.DeliveryUnknown } unknown => new(invoice, unknown),
            { } open => Send(invoice, open, email, now),
        },
        _ => Stay(invoice),
    };

    /// <param name="stored">The invoice as it was read.</param>
    /// <param name="open">The same, ready for another attempt.</param>
    /// <param name="email">The attempt.</param>
    /// <param name="now">The current time.</param>
    private static InvoiceTransition Send(MonthlyInvoice stored, MonthlyInvoice open, EmailReceived email, DateTimeOffset now)
    {
        if (InvoiceMail.ObstacleOf(open) is { } obstacle)
        {
            return new(stored, open with { Status = InvoiceStatus.EmailFailed, Reason = obstacle }, new AddFailedJob(InvoiceStep.Email, open.EmailAttempts));
        }

        var sending = open with { Status = InvoiceStatus.Sending, SendAttemptId = email.AttemptId, SendingSince = now };
        return stored.Status == InvoiceStatus.EmailFailed ? new(stored, sending, new RemoveFailedJob(InvoiceStep.Email)) : new(stored, sending);
    }

    /// <summary>Once others have judged the attempt, because its lease was over, theirs is the verdict, and an operator may have acted on it.</summary>
    private static InvoiceTransition OnEmailEnded(MonthlyInvoice invoice, EmailEnded ended, InvoicePolicy policy, DateTimeOffset now)
    {
        if (!IsSentBy(invoice, ended.AttemptId))
        {
            return Stay(invoice);
        }

        var attempts = invoice.EmailAttempts + 1;
        var (tried, delay) = (invoice with { EmailAttempts = attempts, Reason = ended.Outcome.Reason, SendingSince = null }, policy.DelayAfter(attempts));
        return ended.Outcome.Result switch
        {
            MailResult.Sent => new(invoice, tried with { Status = InvoiceStatus.Sent, SentAt = now }),
            MailResult.RefusedForNow when delay is not null => Again(),
            MailResult.Unknown when policy.OnUnknownDeliveryAfter(attempts) == UnknownDelivery.Resend => Again(),
            MailResult.Unknown => new(invoice, tried with { Status = InvoiceStatus.DeliveryUnknown }),
            MailResult.RefusedForNow or MailResult.Refused => new(invoice, tried with { Status = InvoiceStatus.EmailFailed }, new AddFailedJob(InvoiceStep.Email, attempts)),
            var other => throw new ArgumentOutOfRangeException(nameof(ended), other, "Not a result"),
        };

        InvoiceTransition Again() => new(invoice, tried with { Status = InvoiceStatus.Priced, QueuedAt = now + delay }, Mail(policy, attempts, delay));
    }

    /// <summary>What may be on its way is not called failed, but looked at again; and it is not sent again for a message that could not be processed.</summary>
    private static InvoiceTransition OnEmailAbandoned(MonthlyInvoice invoice, InvoicePolicy policy, DateTimeOffset now) => invoice.Status switch
    {
        InvoiceStatus.Priced => new(invoice, invoice with { Status = InvoiceStatus.EmailFailed, Reason = Abandoned }, new AddFailedJob(InvoiceStep.Email, invoice.EmailAttempts)),
        InvoiceStatus.EmailFailed => Stay(invoice, new AddFailedJob(InvoiceStep.Email, invoice.EmailAttempts)),
        InvoiceStatus.Sending => AfterLease(invoice, policy with { OnUnknownDelivery = UnknownDelivery.Hold }, now) is { } unknown
            ? new(invoice, unknown)
            : Stay(invoice, Mail(policy, invoice.EmailAttempts, MonthlyInvoice.SendingLease)),
        _ => Stay(invoice),
    };

    /// <summary>What waits for another attempt is tried at once, and what has failed is open again, both with all their attempts.</summary>
    private static InvoiceTransition OnRetry(MonthlyInvoice invoice, RetryRequested retry, InvoicePolicy policy, DateTimeOffset now) => (retry.Step, invoice.Status) switch
    {
        (InvoiceStep.Lookup, InvoiceStatus.Pending) when !retry.HasRoom => Stay(invoice),
        (InvoiceStep.Lookup, InvoiceStatus.Pending) when invoice.LookupAttempts == 0 => Stay(invoice, new QueueLookup(0)),
        (InvoiceStep.Lookup, InvoiceStatus.Pending) => new(invoice, invoice with { LookupAttempts = 0, QueuedAt = now, NotBefore = null }, new QueueLookup(0)),
        (InvoiceStep.Lookup, InvoiceStatus.LookupFailed) =>
            Reopen(invoice, invoice with { Status = InvoiceStatus.Pending, LookupAttempts = 0, NotBefore = null }, retry, [new QueueLookup(0)], now),
        (InvoiceStep.Email, InvoiceStatus.Priced) when !retry.HasRoom => Stay(invoice),
        (InvoiceStep.Email, InvoiceStatus.Priced) when invoice.EmailAttempts == 0 => Stay(invoice, Mail(policy, 0)),
        (InvoiceStep.Email, InvoiceStatus.Priced) => new(invoice, invoice with { EmailAttempts = 0, QueuedAt = now }, Mail(policy, 0)),
        (InvoiceStep.Email, InvoiceStatus.EmailFailed) =>
            Reopen(invoice, invoice with { Status = InvoiceStatus.Priced, EmailAttempts = 0 }, retry, Mail(policy, 0), now),
        (InvoiceStep.Email, InvoiceStatus.Sending) when AfterLease(invoice, policy, now) is { } late =>
            late.Status == InvoiceStatus.Priced && retry.HasRoom ? new(invoice, late with { QueuedAt = now }, Mail(policy, late.EmailAttempts)) : new(invoice, late),
        _ => Stay(invoice),
    };

    /// <param name="failed">The invoice as it was read.</param>
    /// <param name="open">The same, back where it was before it failed.</param>
    /// <param name="retry">The event.</param>
    /// <param name="message">Its message.</param>
    /// <param name="now">The current time.</param>
    private static InvoiceTransition Reopen(MonthlyInvoice failed, MonthlyInvoice open, RetryRequested retry, IReadOnlyList<InvoiceEffect> message, DateTimeOffset now)
    {
        var next = (retry.Customer?.Describe(open) ?? open) with { Reason = null, QueuedAt = retry.HasRoom ? now : null };
        return new(failed, next, [new RemoveFailedJob(retry.Step), .. retry.HasRoom ? message : []]);
    }

    private static InvoiceTransition OnResolved(MonthlyInvoice invoice, DeliveryResolved resolved, InvoicePolicy policy, DateTimeOffset now) => (invoice.Status, resolved.WasDelivered) switch
    {
        (InvoiceStatus.DeliveryUnknown, true) => new(invoice, invoice with { Status = InvoiceStatus.Sent, SentAt = now, Reason = Confirmed }),
        (InvoiceStatus.DeliveryUnknown, false) =>
            new(invoice, invoice with { Status = InvoiceStatus.Priced, Reason = null, EmailAttempts = 0, QueuedAt = now }, Mail(policy, null)),
        _ => Stay(invoice),
    };

    private static InvoiceTransition OnSwept(MonthlyInvoice invoice, InvoicePolicy policy, DateTimeOffset now)
    {
        var current = AfterLease(invoice, policy, now) ?? invoice;
        IReadOnlyList<InvoiceEffect> message = current.Status switch
        {
            InvoiceStatus.Pending => [new QueueLookup(current.LookupAttempts)],
            InvoiceStatus.Priced => Mail(policy, current.EmailAttempts),
            _ => [],
        };

        // The row is marked with the message, or it would be queued again by each sweep.
        var isStuck = current.QueuedAt is not { } due || now - due > ISweeper.Silence;
        return message.Count > 0 && isStuck ? new(invoice, current with { QueuedAt = now }, message) : new(invoice, current);
    }

    /// <summary>
    /// The one check of the lease. An invoice that has been <see cref="InvoiceStatus.Sending"/> for longer than <see cref="MonthlyInvoice.SendingLease"/> was left there by
    /// a process that died, perhaps after the mail server had the mail: that was an attempt whose outcome cannot be known.
    /// </summary>
    /// <returns>Null while the lease runs, and for an invoice that is not being sent.</returns>
    private static MonthlyInvoice? AfterLease(MonthlyInvoice invoice, InvoicePolicy policy, DateTimeOffset now)
    {
        if (invoice.Status != InvoiceStatus.Sending || !IsLeaseOver(invoice, now))
        {
            return null;
        }

        var lost = invoice with { EmailAttempts = invoice.EmailAttempts + 1, Reason = SenderLost, SendingSince = null };
        return policy.OnUnknownDeliveryAfter(lost.EmailAttempts) == UnknownDelivery.Resend
            ? lost with { Status = InvoiceStatus.Priced, QueuedAt = null }
            : lost with { Status = InvoiceStatus.DeliveryUnknown };
    }

    private static bool IsLeaseOver(MonthlyInvoice sending, DateTimeOffset now) => now > LeaseEnd(sending);

    /// <summary>Whether this attempt is the one under way: no other has begun, and nobody has judged it.</summary>
    private static bool IsSentBy(MonthlyInvoice invoice, string attemptId) => invoice.Status == InvoiceStatus.Sending && invoice.SendAttemptId == attemptId;

    private static IReadOnlyList<InvoiceEffect> Mail(InvoicePolicy policy, int? followsAttempt, TimeSpan? delay = null) =>
        policy.SendsMails ? [new QueueEmail(followsAttempt, delay)] : [];

    private static InvoiceTransition Stay(MonthlyInvoice invoice, params IReadOnlyList<InvoiceEffect> effects) => new(invoice, invoice, effects);
}
