using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Forecasts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Simulation;

namespace BillingFunctions.Tests.Invoicing.Forecasts;

/// <summary>
/// A month's run event by event, in fake time and without I/O: each page, each message, each permit and each answer of the amount API. The pages are those of <see cref="AddInvoicesActivity"/> by
/// <see cref="RunPace"/> and <see cref="InvoicePolicy"/>; what becomes of each lookup, <see cref="InvoiceTransitions"/> decides.
/// </summary>
internal sealed class RunSimulation
{
    /// <summary>How many messages an instance of the app deals with at once, as <c>host.json</c> has it: a batch, and half of the next one.</summary>
    private const int Workers = 24;

    private static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RunLoad _load;
    private readonly Random _random;
    private readonly EventQueue _events = new(Start);
    private readonly PermitCalendars _permits;
    private readonly Queue<(MonthlyInvoice Invoice, int Attempts)> _ready = [];
    private long _left;
    private int _waiting, _idle = Workers;

    private RunSimulation(RunLoad load, int seed)
    {
        (_load, _left, _random) = (load, load.Customers, new Random(seed));
        _permits = new PermitCalendars([new SharedLimit("all", load.Limit)], Patience);
    }

    /// <summary>Plays a run.</summary>
    /// <param name="load">The run.</param>
    /// <param name="seed">Which course chance takes: which lookups fail, and how long answers and messages take.</param>
    /// <returns>From the start until all amounts are looked up or given up, and how many lookups that took.</returns>
    public static (TimeSpan Duration, long Lookups, long GivenUp) Play(RunLoad load, int seed)
    {
        var simulation = new RunSimulation(load, seed);
        simulation._events.Begin(simulation.AddPages().GetEnumerator());
        while (simulation._left + simulation._waiting > 0 && simulation._events.PlayNext())
        {
        }

        return (simulation._events.Now - Start, simulation._permits.Granted, simulation.GivenUp);
    }

    private long GivenUp { get; set; }

    private IEnumerable<DateTimeOffset> AddPages()
    {
        while (_left > 0)
        {
            var (began, room) = (_events.Now, _load.Policy.RoomFor(_waiting));
            var page = (int)Math.Min(_left, Math.Min(room, RunPace.PageSize));
            for (var customer = 0; customer < page; customer++)
            {
                Queue(new MonthlyInvoice { Month = "2026-03", CustomerId = "cus_1", Status = InvoiceStatus.Pending, QueuedAt = began }, new QueueLookup(0));
            }

            _left -= page;
            yield return began + (page == 0 ? RunPace.NoRoom : RunPace.Of(page, _load.Limit));
        }
    }

    private void Queue(MonthlyInvoice invoice, QueueLookup lookup)
    {
        _waiting++;
        var hidden = TimeSpan.FromSeconds(Math.Ceiling((lookup.Delay ?? TimeSpan.Zero).TotalSeconds));
        _events.At(_events.Now + hidden + Seconds(0.05, 0.5), () =>
        {
            _ready.Enqueue((invoice, lookup.Attempts));
            TakeReady();
        });
    }

    private void TakeReady()
    {
        while (_idle > 0 && _ready.TryDequeue(out var message))
        {
            _idle--;
            _events.Begin(LookUp(message.Invoice, message.Attempts).GetEnumerator());
        }
    }

    private IEnumerable<DateTimeOffset> LookUp(MonthlyInvoice invoice, int attempts)
    {
        var (isGranted, at) = _permits.Ask(_events.Now);
        var answer = AmountAnswer.NotNow(at - _events.Now);
        if (isGranted)
        {
            yield return at + Seconds(0.05, 0.15);
            answer = _random.NextDouble() < _load.FailureShare ? AmountAnswer.Failed("The amount API answered 500.") : AmountAnswer.Due(new Money(1250, "usd"));
        }

        var transition = InvoiceTransitions.Of(invoice, new AmountAnswered(attempts, answer), _load.Policy with { Chance = _random.NextDouble() }, _events.Now);
        foreach (var again in transition.Effects.OfType<QueueLookup>())
        {
            Queue(transition.Invoice, again);
        }

        GivenUp += transition.Invoice.Status == InvoiceStatus.LookupFailed ? 1 : 0;
        (_waiting, _idle) = (_waiting - 1, _idle + 1);
        TakeReady();
    }

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (_random.NextDouble() * (most - least)));
}
