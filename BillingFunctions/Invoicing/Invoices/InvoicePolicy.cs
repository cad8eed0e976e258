namespace BillingFunctions.Invoicing.Invoices;

/// <summary>What the settings say about invoices.</summary>
/// <param name="RetryDelays">How long to wait after each failed attempt of a lookup or mail. There is one attempt more than there are delays.</param>
/// <param name="OnUnknownDelivery">What becomes of a mail whose delivery is unknown.</param>
/// <param name="SendsMails">Whether the settings for mails are there. Without them no mail is queued, since the messages would only fill the queue.</param>
/// <param name="MaxQueueDepth">How many messages may wait on the queues of lookups and mails together.</param>
public sealed record InvoicePolicy(IReadOnlyList<TimeSpan> RetryDelays, UnknownDelivery OnUnknownDelivery, bool SendsMails, int MaxQueueDepth)
{
    private const double Jitter = 0.2;

    /// <summary>Fewer 404s than this are believed whatever their share is: in a month of ten customers one alone is a tenth.</summary>
    private const int FewNotFound = 20;

    /// <summary>The largest share of a month's invoices, 0 to 1, of which a 404 is believed to mean that nothing is owed.</summary>
    public decimal MaxNotFoundShare { get; init; } = InvoicingOptions.DefaultMaxNotFoundShare;

    /// <summary>Spreads delays, so that what failed together is not tried again together: 0 makes them a fifth shorter, 1 a fifth longer.</summary>
    public double Chance { get; init; } = 0.5;

    /// <summary>How long to wait for the next attempt; null when there is none.</summary>
    /// <param name="attempts">How many attempts have failed, at least 1.</param>
    public TimeSpan? DelayAfter(int attempts) => attempts <= RetryDelays.Count ? Spread(RetryDelays[attempts - 1]) : null;

    /// <summary>The delay, up to a fifth shorter or longer.</summary>
    public TimeSpan Spread(TimeSpan delay) => delay * (1 - Jitter + (2 * Jitter * Chance));

    /// <summary>How many messages may be added; 0 also when that is too few to be worth a page. A part is kept free for messages that are put back with a delay, which are there twice for a moment.</summary>
    /// <param name="waiting">How many wait on both queues.</param>
    public int RoomFor(int waiting)
    {
        var room = MaxQueueDepth - Math.Min(MaxQueueDepth / 5, 40) - waiting;
        return room < Math.Min(MaxQueueDepth / 8, 32) ? 0 : room;
    }

    /// <summary>What becomes of a mail whose delivery is unknown. After the last attempt an operator decides, whatever the settings say: it is not known to have failed.</summary>
    /// <param name="attempts">How many attempts there were, this one included.</param>
    public UnknownDelivery OnUnknownDeliveryAfter(int attempts) => DelayAfter(attempts) is null ? UnknownDelivery.Hold : OnUnknownDelivery;

    /// <summary>Whether a 404 means that nothing is owed. If many customers are not known, more likely something is wrong, with the address of the API or with the ids.</summary>
    internal bool Believes(LookupsEnded ended) => ended.NotFound < FewNotFound || ended.NotFound <= MaxNotFoundShare * ended.Billed;

    internal static InvoicePolicy From(InvoicingOptions options, bool sendsMails) =>
        new(options.Delays, options.UnknownDelivery, sendsMails, options.MaxQueueDepth) { MaxNotFoundShare = options.MaxNotFoundShare };
}
