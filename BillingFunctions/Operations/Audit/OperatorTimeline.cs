using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Operations.Audit;

/// <summary>Adds to the life of a thing what operators did about it.</summary>
public sealed class OperatorTimeline(OperatorAudit audit) : ITimelineSource
{
    /// <summary>Of more actions that name a thing, the newest.</summary>
    private const int MaxActions = 200;

    public async Task<TimelinePart> ListAsync(Life life, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(life.Names.Select(name => audit.ListAboutAsync(name, MaxActions, cancellationToken)));
        return new TimelinePart([.. found.SelectMany(actions => actions).DistinctBy(action => action.Id).Where(action => life.IsAbout(action.About)).Select(EntryOf)]);
    }

    private static TimelineEntry EntryOf(OperatorAction action) => new(action.At, TimelineStep.Operator, $"{action.Action}: {action.Outcome.ToString().ToLowerInvariant()}.")
    {
        By = action.Who,
        ReplyCode = action.Status,
        Detail = string.Join(", ", action.About.Select(about => $"{about.Key} {about.Value}")),
    };
}
