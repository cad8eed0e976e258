using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Platform.Telemetry;

/// <summary>
/// Gives each call of a function one activity, whose tags are the scope of all that it logs, and two lines in the log of the function's class: one when it is received,
/// one with outcome and duration when it ends. A call for a queue message is part of the trace of the call that has queued it, hours later too. Orchestrators are left
/// out: they run anew for each step.
/// </summary>
internal sealed partial class EdgeMiddleware(ILoggerFactory loggers, TimeProvider time) : IFunctionsWorkerMiddleware
{
    /// <summary>The name of the source of traces.</summary>
    public const string SourceName = "BillingFunctions";

    private static readonly ActivitySource Source = new(SourceName);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var function = context.FunctionDefinition;
        if (function.InputBindings.Values.Any(binding => binding.Type == "orchestrationTrigger"))
        {
            await next(context);
            return;
        }

        using var activity = Begin(context);
        foreach (var (name, value) in context.GetHttpContext()?.Request.RouteValues ?? [])
        {
            Edge.About(name, value as string);
        }

        var call = new Call(loggers.CreateLogger(function.EntryPoint[..function.EntryPoint.LastIndexOf('.')]), function.Name, activity, time, time.GetTimestamp());
        call.Received();
        try
        {
            await next(context);
            call.Ended(OutcomeOf(context, activity));
        }
        catch (Exception failure)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            call.Ended(failure.GetType().Name);
            throw;
        }
    }

    private static Activity Begin(FunctionContext context)
    {
        var (host, cause) = (Activity.Current?.Context ?? Parse(context.TraceContext.TraceParent), QueuedBy(context));
        var (name, parent) = (context.FunctionDefinition.Name, cause ?? host ?? default);
        var activity = Source.CreateActivity(name, cause is null ? ActivityKind.Internal : ActivityKind.Consumer, parent) ?? Unobserved(name, parent);
        if (cause is not null && host is { } hosted)
        {
            activity.AddLink(new ActivityLink(hosted));
        }

        return activity.Start();
    }

    /// <summary>Nobody collects traces: the log needs the activity all the same.</summary>
    private static Activity Unobserved(string name, ActivityContext parent)
    {
        var activity = new Activity(name);
        return parent == default ? activity : activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
    }

    /// <summary>The call that has queued the message, if it is a <see cref="TracedMessage"/>.</summary>
    private static ActivityContext? QueuedBy(FunctionContext context)
    {
        if (context.FunctionDefinition.InputBindings.Values.All(binding => binding.Type != "queueTrigger")
            || context.BindingContext.BindingData.GetValueOrDefault("QueueTrigger") is not string { Length: > 0 } text || text[0] != '{')
        {
            return null;
        }

        try
        {
            using var message = JsonDocument.Parse(text);
            return message.RootElement.TryGetProperty(nameof(TracedMessage.TraceParent), out var cause) && cause.ValueKind == JsonValueKind.String ? Parse(cause.GetString()) : null;
        }
        catch (JsonException)
        {
            // Who takes the message says what is wrong with it.
            return null;
        }
    }

    private static ActivityContext? Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context) ? context : null;

    private static string OutcomeOf(FunctionContext context, Activity activity) =>
        activity.GetTagItem(Edge.Outcome) as string
        ?? (context.GetHttpContext() is not null && context.GetInvocationResult().Value is IStatusCodeHttpResult { StatusCode: { } status } ? $"status {status}" : "done");

    /// <summary>One call, for its two lines.</summary>
    private sealed record Call(ILogger Logger, string Function, Activity Activity, TimeProvider Time, long Started)
    {
        private string About => string.Join(' ', Activity.TagObjects.Where(tag => tag.Key != Edge.Outcome).Select(tag => $"{tag.Key}={tag.Value}"));

        public void Received()
        {
            if (Logger.IsEnabled(LogLevel.Information))
            {
                Log.Received(Logger, Function, About);
            }
        }

        public void Ended(string outcome)
        {
            if (Logger.IsEnabled(LogLevel.Information))
            {
                var duration = Time.GetElapsedTime(Started);
                Log.Ended(Logger, Function, outcome, (long)duration.TotalMilliseconds, About);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 9001, EventName = "Received", Level = LogLevel.Information, Message = "{Function} received. {About}")]
        public static partial void Received(ILogger logger, string function, string about);

        [LoggerMessage(EventId = 9002, EventName = "Ended", Level = LogLevel.Information, Message = "{Function} ended: {Outcome} after {DurationMs} ms. {About}")]
        public static partial void Ended(ILogger logger, string function, string outcome, long durationMs, string about);
    }
}
