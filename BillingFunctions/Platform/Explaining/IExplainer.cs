using Microsoft.DurableTask.Client;

namespace BillingFunctions.Platform.Explaining;

/// <summary>Tells the life of the things of a capability.</summary>
public interface IExplainer
{
    /// <summary>The kinds of things that it knows. Several explainers may know one kind: the first that finds the id tells its life.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>The life of a thing as the capability knows it, read by few full keys.</summary>
    /// <param name="query">The thing that is asked for.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>Null when there is no such thing.</returns>
    Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken);
}

/// <summary>What others than its own capability know of a thing, such as what operators did.</summary>
public interface ITimelineSource
{
    /// <param name="life">The thing, with the names by which others know it.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    Task<TimelinePart> ListAsync(Life life, CancellationToken cancellationToken);
}

/// <summary>A thing that is to be explained.</summary>
/// <param name="Kind">See <see cref="Explanation.Kind"/>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Durable">The orchestrations.</param>
public sealed record ExplainQuery(string Kind, string Id, DurableTaskClient Durable)
{
    /// <summary>When it was created, where that helps to find it; null when it is not known.</summary>
    public DateTimeOffset? Created { get; init; }
}

/// <summary>A thing with its life, before what others know of it is added.</summary>
/// <param name="Kind">See <see cref="Explanation.Kind"/>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">How far it is.</param>
public sealed record Life(string Kind, string Id, string Status)
{
    /// <summary>Why it is so; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>What happens next; null when nothing is left to do.</summary>
    public NextStep? Next { get; init; }

    public IReadOnlyList<RelatedThing> Related { get; init; } = [];

    /// <summary>The ids by which operators' actions may name it.</summary>
    public IReadOnlyList<string> Names { get; init; } = [Id];

    /// <summary>Whether an action that names it, by one of <see cref="Names"/>, is about it; is given what the action says that it is about.</summary>
    public Func<IReadOnlyDictionary<string, string>, bool> IsAbout { get; init; } = _ => true;

    /// <summary>The failed jobs that may be of it: queue, and what the job is about.</summary>
    public IReadOnlyList<(string Queue, string JobId)> Jobs { get; init; } = [];
}

/// <summary>A part of a life.</summary>
/// <param name="Timeline">What happened.</param>
/// <param name="Next">What happens next; null when the source knows of nothing.</param>
public sealed record TimelinePart(IReadOnlyList<TimelineEntry> Timeline, NextStep? Next = null)
{
    public static TimelinePart None { get; } = new([]);
}
