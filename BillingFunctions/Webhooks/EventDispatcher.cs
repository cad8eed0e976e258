using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks;

/// <summary>Gives events to the handlers: those of one subject together, different subjects at the same time.</summary>
public sealed partial class EventDispatcher(IEnumerable<IStripeEventHandler> handlers, ILogger<EventDispatcher> logger)
{
    private const int Parallelism = 16;

    private readonly IReadOnlyList<IStripeEventHandler> _handlers = [.. handlers];

    /// <summary>Applies what can be applied.</summary>
    /// <returns>How each event has fared.</returns>
    internal async Task<IReadOnlyDictionary<string, EventOutcome>> ApplyAsync(IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = events.DistinctBy(one => one.Id).ToDictionary(one => one.Id, _ => new EventOutcome(EventStatus.Ignored));
        var groups = events.DistinctBy(one => one.Id)
            .SelectMany(one => _handlers.Select(handler => (Handler: handler, Subject: handler.SubjectOf(one), Event: one)))
            .Where(match => match.Subject is not null)
            .GroupBy(match => (match.Handler, match.Subject), match => match.Event);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(groups, options, async (group, token) =>
        {
            var error = await TryApplyAsync(group.Key.Handler, group.Key.Subject!, [.. group], token);
            lock (outcomes)
            {
                foreach (var one in group.Where(one => outcomes[one.Id].Status != EventStatus.Failed))
                {
                    outcomes[one.Id] = error is null ? new EventOutcome(EventStatus.Applied) : new EventOutcome(EventStatus.Failed, error);
                }
            }
        });
        return outcomes;
    }

    private async Task<string?> TryApplyAsync(IStripeEventHandler handler, string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await handler.ApplyAsync(subject, events, cancellationToken);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, exception, handler.GetType().Name, subject);
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Handler} could not apply events to {Subject}; they come again.")]
        public static partial void Failed(ILogger logger, Exception exception, string handler, string subject);
    }
}

/// <summary>How an event has fared.</summary>
internal sealed record EventOutcome(EventStatus Status, string? Error = null);
