namespace BillingFunctions.Platform.Explaining;

/// <summary>The life of one thing, oldest first: what came in, what was decided, what was attempted, by whom, and what is next.</summary>
/// <param name="Kind">What it is: <c>invoice</c>, <c>mail</c>, <c>item</c>, <c>subscription</c>, <c>customer</c>, <c>export</c> or <c>webhook_event</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">How far it is, as its own route says.</param>
/// <param name="Reason">Why it is so; null when there is nothing to say.</param>
/// <param name="Timeline">What happened to it, oldest first.</param>
/// <param name="Next">What happens next; null when nothing is left to do.</param>
/// <param name="Related">Other things that it has to do with.</param>
public sealed record Explanation(
    string Kind, string Id, string Status, string? Reason, IReadOnlyList<TimelineEntry> Timeline, NextStep? Next, IReadOnlyList<RelatedThing> Related);

/// <summary>Something that happened to a thing.</summary>
/// <param name="At">When it happened, UTC; where another system told of it, by that system's clock.</param>
/// <param name="Step">What kind of moment it was.</param>
/// <param name="What">What happened, for a person.</param>
public sealed record TimelineEntry(DateTimeOffset At, TimelineStep Step, string What)
{
    /// <summary>What else is known of it, such as the reason of a failure, without secrets; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Who did it: an operator, or the system that told of it; null for the app itself.</summary>
    public string? By { get; init; }

    /// <summary>Which attempt it was, from 1; null when it was none.</summary>
    public int? Attempt { get; init; }

    /// <summary>The W3C trace id of the call in which it happened, which finds its log and trace; null when it is not known.</summary>
    public string? CallId { get; init; }

    /// <summary><c>req_…</c>, by which Stripe finds the request; null when none was made, or no answer came.</summary>
    public string? StripeRequestId { get; init; }

    /// <summary>The code of the answer, of HTTP or SMTP; null when there was none.</summary>
    public int? ReplyCode { get; init; }
}

/// <summary>A kind of moment in the life of a thing.</summary>
public enum TimelineStep
{
    /// <summary>It, or news of it, came in.</summary>
    Received,

    /// <summary>The app decided what becomes of it.</summary>
    Decided,

    /// <summary>The app asked or told another system, and this is what came of it.</summary>
    Attempted,

    /// <summary>The app gave it up, and it is in the failed jobs.</summary>
    Failed,

    /// <summary>An operator did something about it.</summary>
    Operator,
}

/// <summary>What happens next to a thing.</summary>
/// <param name="What">What, for a person.</param>
/// <param name="At">When it is due; null when it waits for something else than time.</param>
public sealed record NextStep(string What, DateTimeOffset? At = null);

/// <summary>Something that a thing has to do with.</summary>
/// <param name="Kind">What it is, see <see cref="Explanation.Kind"/>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Created">When it was created, if it is found sooner so; else null.</param>
public sealed record RelatedThing(string Kind, string Id, DateTimeOffset? Created = null);
