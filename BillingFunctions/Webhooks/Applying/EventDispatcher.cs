using BillingFunctions.Platform.Storage;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>
/// Gives events to the handlers. Those of one subject that come while the handler is busy with it are handed over together, from whichever messages they are:
/// one read and one write for all, and no two at odds. Different subjects are dealt with at the same time.
/// </summary>
public sealed partial class EventDispatcher
{
    /// <summary>Subjects dealt with at once, of all messages. Their writes share transactions, so that many cost little more than few.</summary>
    private const int Parallelism = 32;

    /// <summary>Subjects dealt with at once while webhooks arrive in a burst, so that those are answered first.</summary>
    private const int ParallelismInBurst = 1;

    /// <summary>Webhooks being taken in at the same time from which on it is a burst.</summary>
    private const int Burst = 16;

    private readonly IReadOnlyList<IStripeEventHandler> _handlers;
    private readonly ForeignEvents _foreign;
    private readonly ILogger<EventDispatcher> _logger;
    private readonly GroupCommit<(IStripeEventHandler Handler, string Subject), StripeEvent, string?> _subjects;

    public EventDispatcher(IEnumerable<IStripeEventHandler> handlers, ForeignEvents foreign, WebhookInbox inbox, ILogger<EventDispatcher> logger)
    {
        (_handlers, _foreign, _logger) = ([.. handlers], foreign, logger);
        _subjects = new(line => line.Count, ApplyAsync, () => inbox.Arriving >= Burst ? ParallelismInBurst : Parallelism);
    }

    /// <summary>Applies an event if it can be applied.</summary>
    internal async Task<(EventStatus Status, string? Error)> ApplyAsync(StripeEvent stripeEvent)
    {
        if (_foreign.ReasonToIgnore(stripeEvent) is { } reason)
        {
            return (EventStatus.Ignored, reason);
        }

        var matches = _handlers.Select(handler => (Handler: handler, Subject: handler.SubjectOf(stripeEvent))).Where(match => match.Subject is not null).ToList();
        var errors = await Task.WhenAll(matches.Select(match => _subjects.AddAsync((match.Handler, match.Subject!), stripeEvent)));
        return errors.FirstOrDefault(error => error is not null) is { } error ? (EventStatus.Failed, error)
            : (matches.Count > 0 ? EventStatus.Applied : EventStatus.Ignored, null);
    }

    /// <returns>For each event why it could not be applied; null if it was.</returns>
    private async Task<IReadOnlyList<string?>> ApplyAsync((IStripeEventHandler Handler, string Subject) key, IReadOnlyList<StripeEvent> events)
    {
        if (await TryApplyAsync(key.Handler, key.Subject, events) is not { } error)
        {
            return new string?[events.Count];
        }

        if (events.Count == 1)
        {
            return [error];
        }

        // One of them may be to blame for all.
        var errors = new List<string?>();
        foreach (var alone in events)
        {
            errors.Add(await TryApplyAsync(key.Handler, key.Subject, [alone]));
        }

        return errors;
    }

    private async Task<string?> TryApplyAsync(IStripeEventHandler handler, string subject, IReadOnlyList<StripeEvent> events)
    {
        try
        {
            // Not to be canceled: the events may be of several messages.
            await handler.ApplyAsync(subject, events, CancellationToken.None);
            return null;
        }
        catch (Exception exception)
        {
            Log.Failed(_logger, exception, handler.GetType().Name, subject);
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Handler} could not apply events to {Subject}; they come again.")]
        public static partial void Failed(ILogger logger, Exception exception, string handler, string subject);
    }
}
