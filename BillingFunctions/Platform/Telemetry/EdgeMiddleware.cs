using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Platform.Telemetry;

/// <summary>
/// Gives each call of a function one activity, whose tags are the scope of all that it logs, and two lines in the log of the function's class: one when it is received,
/// one with outcome and duration when it ends. Orchestrators are left out: they run anew for each step.
/// </summary>
internal sealed partial class EdgeMiddleware(ILoggerFactory loggers, TimeProvider time) : IFunctionsWorkerMiddleware
{
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
        var activity = new Activity(context.FunctionDefinition.Name);
        if (Activity.Current is null && context.TraceContext.TraceParent is { Length: > 0 } parent)
        {
            activity.SetParentId(parent);
        }

        return activity.Start();
    }

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

internal static class TelemetryRegistration
{
    /// <summary>Adds metrics, and scope and log lines for each call of a function. Before any other middleware.</summary>
    public static FunctionsApplicationBuilder AddTelemetry(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<EdgeMiddleware>();
        builder.Services.AddSingleton<BillingMetrics>();
        builder.Services.Configure<LoggerFactoryOptions>(options =>
            options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId | ActivityTrackingOptions.Tags);

        // Thousands a second, each of which the inbox has.
        builder.Logging.AddFilter("BillingFunctions.Webhooks.StripeWebhookFunction", LogLevel.Warning);
        return builder;
    }
}
