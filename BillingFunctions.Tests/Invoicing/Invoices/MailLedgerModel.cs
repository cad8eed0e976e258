using System.Globalization;
using Azure;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>
/// An invoice with all that may touch it, step by step: its row with compare-and-swap, its failed jobs, a queue that delivers late and twice, processes that die between any two
/// steps, operators, the sweeper, and a mail server that may take a mail and not say so. <see cref="InvoiceTransitions"/> decides, as in the app; a process takes the steps of
/// <see cref="MonthlyInvoiceStore"/> and of the functions, and each <c>yield</c> is a place at which it may stop for any time, or for good.
/// </summary>
internal sealed partial class MailLedgerModel(InvoicePolicy policy)
{
    /// <summary>How long the queue hides a message whose process has died.</summary>
    private static readonly TimeSpan Visibility = TimeSpan.FromMinutes(10);

    /// <summary>By how much the clocks of the processes are wrong: together less than <see cref="InvoiceTransitions.ClockSkew"/>.</summary>
    private static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromSeconds(2.4), TimeSpan.FromSeconds(-2.4)];

    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(97), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(11)];

    private readonly List<Message> _queue = [new(InvoiceStep.Lookup, 0, DateTimeOffset.UnixEpoch)];
    private readonly List<IEnumerator<string>> _processes = [];
    private readonly HashSet<InvoiceStep> _failedJobs = [];
    private DateTimeOffset _now = DateTimeOffset.Parse("2026-04-02T06:00:00Z", CultureInfo.InvariantCulture);
    private int _version = 1;
    private int _attempts;
    private int _choice;
    private bool _areFaultsOver;

    /// <summary>Whether the mail server may get the mail once more, because an operator has said so, or <see cref="UnknownDelivery.Resend"/> has, since it last took it.</summary>
    private bool _mayComeAgain;

    /// <summary>Calls of operators that have begun and have not ended, in the end those that have died.</summary>
    private int _operators;

    public MonthlyInvoice Row { get; private set; } = new()
    {
        Month = "2026-03",
        CustomerId = "cus_1",
        Email = "one@example.com",
        ETag = new ETag("1"),
    };

    /// <summary>How often the mail server has taken the mail.</summary>
    public int Accepted { get; private set; }

    /// <summary>What has happened, a line a step.</summary>
    public List<string> Story { get; } = [];

    private bool IsResolvedAsSent { get; set; }

    public void Make(LedgerMove move)
    {
        _choice = move.Pick;
        switch (move.Kind)
        {
            case LedgerMoveKind.Step when _processes.Count > 0:
                Step(_processes[move.Pick % _processes.Count]);
                break;
            case LedgerMoveKind.Crash when _processes.Count > 0:
                Tell(_processes[move.Pick % _processes.Count], "dies");
                _processes.RemoveAt(move.Pick % _processes.Count);
                break;
            case LedgerMoveKind.Deliver:
                Deliver(move.Pick);
                break;
            case LedgerMoveKind.Duplicate when _queue.Count > 0:
                // As when the answer to its sender was lost, and it was put again.
                var message = _queue[move.Pick % _queue.Count];
                _queue.Add(new Message(message.Step, message.Attempts, message.VisibleAt));
                break;
            case LedgerMoveKind.Wait:
                _now += Waits[move.Pick % Waits.Length];
                break;
            case LedgerMoveKind.Sweep:
                Begin(Sweep());
                break;
            case LedgerMoveKind.Retry:
                var step = move.Pick % 2 == 0 ? InvoiceStep.Email : InvoiceStep.Lookup;
                Begin(Operator(Apply(Row, _ => new RetryRequested(step, Customer: null, HasRoom: move.Pick % 4 < 2), SkewOf(move.Pick))));
                break;
            case LedgerMoveKind.RetryFailedJob when _failedJobs.Count > 0 && Row.Status != InvoiceStatus.NotFound:
                // Nobody is so quick as to retry it before the sweeper that has added it has stored the invoice.
                var failed = _failedJobs.Order().ElementAt(move.Pick % _failedJobs.Count);
                _queue.Add(new Message(failed, failed == InvoiceStep.Lookup ? 0 : null, _now));
                _failedJobs.Remove(failed);
                break;
            case LedgerMoveKind.Resolve:
                Begin(Operator(Apply(Row, _ => new DeliveryResolved(WasDelivered: move.Pick % 2 == 0), SkewOf(move.Pick))));
                break;
            default:
                break;
        }
    }

    /// <summary>No more faults: who is at work completes it or has died, messages come, the mail server takes what it gets, the sweeper looks once a minute.</summary>
    /// <param name="isRestart">Whether all processes have died.</param>
    public void Settle(bool isRestart)
    {
        _areFaultsOver = true;
        if (isRestart)
        {
            _processes.Clear();
        }

        RunAll();
        for (var minute = 0; minute < 60 && (Row.Status.IsOpen() || _queue.Count > 0); minute++)
        {
            _now += TimeSpan.FromMinutes(1);
            Begin(Sweep());
            while (Visible().Count > 0)
            {
                Deliver(0);
                RunAll();
            }

            RunAll();
        }
    }

    /// <summary>Each invoice has an end, each end its reason, and each failure a failed job.</summary>
    public void AssertEnded()
    {
        Assert.False(Row.Status.IsOpen(), $"After an hour without faults the invoice is {Row}");
        Assert.Empty(_queue);
        switch (Row.Status)
        {
            case InvoiceStatus.Sent:
                Assert.NotNull(Row.SentAt);
                Assert.True(Accepted > 0 || IsResolvedAsSent, "It counts as sent, but the mail server has not taken it, and nobody has said so.");
                break;
            case InvoiceStatus.LookupFailed or InvoiceStatus.EmailFailed:
                var step = Row.Status == InvoiceStatus.LookupFailed ? InvoiceStep.Lookup : InvoiceStep.Email;
                Assert.True(_failedJobs.Contains(step) || _operators > 0, $"It is {Row.Status} without a failed job.");
                goto default;
            default:
                Assert.False(string.IsNullOrEmpty(Row.Reason), $"It is {Row.Status} without a reason.");
                break;
        }
    }

    private void RunAll()
    {
        while (_processes.Count > 0)
        {
            Step(_processes[0]);
        }
    }

    private void Begin(IEnumerable<string> process)
    {
        _processes.Add(process.GetEnumerator());
        Tell(_processes[^1], "begins");
    }

    private void Step(IEnumerator<string> process)
    {
        var goesOn = process.MoveNext();
        Tell(process, goesOn ? process.Current : "ends");
        if (!goesOn)
        {
            _processes.Remove(process);
        }
    }

    private void Tell(IEnumerator<string> process, string what) => Story.Add(
        $"{_now:HH:mm:ss} {process.GetType().Name.Trim('<').Split('>')[0]} {process.GetHashCode() % 1000}: {what}; {Row.Status} {Row.LookupAttempts} {Row.EmailAttempts}, {Accepted} accepted, failed {string.Join(' ', _failedJobs)}");

    private TimeSpan SkewOf(int pick) => Skews[pick % Skews.Length];

    /// <param name="pick">Which of the messages that can be seen.</param>
    private void Deliver(int pick)
    {
        var visible = Visible();
        if (visible.Count > 0)
        {
            var message = visible[pick % visible.Count];
            message.Deliveries++;
            message.VisibleAt = _now + Visibility;
            Begin(Receive(message, SkewOf(pick)));
            message.Holder = _processes[^1];
        }
    }

    /// <summary>The host keeps a message hidden as long as its process lives.</summary>
    private List<Message> Visible() => _queue.FindAll(message => message.VisibleAt <= _now && !_processes.Contains(message.Holder!));

    /// <returns>The row as it is stored; null when it was not, because others have changed it.</returns>
    private MonthlyInvoice? TryWrite(MonthlyInvoice changed, InvoiceTransition transition)
    {
        if (changed.ETag != Row.ETag)
        {
            return null;
        }

        _mayComeAgain |= changed.Status is InvoiceStatus.Priced or InvoiceStatus.Sending && transition.Before.Status switch
        {
            InvoiceStatus.DeliveryUnknown => true,
            InvoiceStatus.Sending => policy.OnUnknownDelivery == UnknownDelivery.Resend && changed.EmailAttempts > transition.Before.EmailAttempts,
            _ => false,
        };
        IsResolvedAsSent |= transition.Before.Status == InvoiceStatus.DeliveryUnknown && changed.Status == InvoiceStatus.Sent;
        Row = changed with { ETag = new ETag((++_version).ToString(CultureInfo.InvariantCulture)) };
        return Row;
    }

    private void CarryOut(InvoiceEffect effect)
    {
        switch (effect)
        {
            case QueueLookup lookup:
                _queue.Add(new Message(InvoiceStep.Lookup, lookup.Attempts, _now + (lookup.Delay ?? TimeSpan.Zero)));
                break;
            case QueueEmail email:
                _queue.Add(new Message(InvoiceStep.Email, email.FollowsAttempt, _now + (email.Delay ?? TimeSpan.Zero)));
                break;
            case AddFailedJob job:
                _failedJobs.Add(job.Step);
                break;
            case RemoveFailedJob job:
                _failedJobs.Remove(job.Step);
                break;
            default:
                break;
        }
    }

    private sealed class Message(InvoiceStep step, int? attempts, DateTimeOffset visibleAt)
    {
        public InvoiceStep Step => step;

        /// <summary>Of a lookup the failed attempts, of a mail those that it follows.</summary>
        public int? Attempts => attempts;

        public DateTimeOffset VisibleAt { get; set; } = visibleAt;

        public int Deliveries { get; set; }

        /// <summary>Who has it, or had it last.</summary>
        public IEnumerator<string>? Holder { get; set; }
    }
}
