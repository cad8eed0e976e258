using System.Runtime.ExceptionServices;
using BillingFunctions.LocalHost.Rpc;
using Microsoft.Azure.WebJobs.Host.Timers;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>After <c>functionTimeout</c> the worker that still runs the function is ended and another one started, as by the real host.</summary>
internal sealed partial class TimeoutPolicy(Worker worker, IHostApplicationLifetime lifetime, ILogger<TimeoutPolicy> logger)
    : IWebJobsExceptionHandlerFactory, IWebJobsExceptionHandler
{
    public IWebJobsExceptionHandler Create(IHost jobHost) => this;

    public async Task OnTimeoutExceptionAsync(ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod)
    {
        await Task.Delay(timeoutGracePeriod, TimeProvider.System);
        LogTimeout(logger, exceptionInfo.SourceException);
        await worker.RecycleAsync();
    }

    public Task OnUnhandledExceptionAsync(ExceptionDispatchInfo exceptionInfo)
    {
        LogUnhandled(logger, exceptionInfo.SourceException);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A function ran longer than functionTimeout; its worker is ended.")]
    private static partial void LogTimeout(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The host stops.")]
    private static partial void LogUnhandled(ILogger logger, Exception exception);
}
