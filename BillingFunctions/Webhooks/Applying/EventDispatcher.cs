using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>
/// Gives a message's events to the handlers, those of one handler and one subject together: one read and one write for all. Different subjects are applied side by side, and
/// their writes share transactions.
/// </summary>
public sealed partial class EventDispatcher(IEnumerable<IStripeEventHandler> handlers, ILogger<EventDispatcher> logger)
{
    private readonly IReadOnlyList<IStripeEventHandler> _handlers = [.. handlers];

    /// <summary>Applies those of a message's events that can be applied.</summary>
    /// <returns>For each event, in their order, what came of it.</returns>
    internal async Task<IReadOnlyList<EventOutcome>> ApplyAsync(IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var matches = events.SelectMany(stripeEvent => _handlers.Select(handler => (Handler: handler, Subject: handler.SubjectOf(stripeEvent), Event: stripeEvent)))
            .Where(match => match.Subject is not null);
        var results = await Task.WhenAll(matches.GroupBy(match => (match.Handler, match.Subject), match => match.Event)
            .Select(group => ApplyAsync(group.Key.Handler, group.Key.Subject!, [.. group], cancellationToken)));
        var errors = results.SelectMany(result => result).ToLookup(result => result.Event, result => result.Error, ReferenceEqualityComparer.Instance);
        return [.. events.Select(stripeEvent => new EventOutcome(StatusOf(errors[stripeEvent]), errors[stripeEvent].FirstOrDefault(error => error is not null)))];
    }

    private static EventStatus StatusOf(IEnumerable<string?> errors) =>
        errors.Any(error => error is not null) ? EventStatus.Failed : errors.Any() ? EventStatus.Applied : EventStatus.Ignored;

    /// <returns>For each event why it could not be applied; null if it was.</returns>
    private async Task<IReadOnlyList<(StripeEvent Event, string? Error)>> ApplyAsync(
        IStripeEventHandler handler, string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var error = await TryApplyAsync(handler, subject, events, cancellationToken);
        if (error is null || events.Count == 1)
        {
            return [.. events.Select(stripeEvent => (stripeEvent, error))];
        }

        // One of them may be to blame for all.
        var errors = new List<(StripeEvent, string?)>();
        foreach (var alone in events)
        {
            errors.Add((alone, await TryApplyAsync(handler, subject, [alone], cancellationToken)));
        }

        return errors;
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

/// <summary>What came of applying an event.</summary>
/// <param name="Status"><see cref="EventStatus.Applied"/>, <see cref="EventStatus.Ignored"/> or <see cref="EventStatus.Failed"/>.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
internal readonly record struct EventOutcome(EventStatus Status, string? Error);
