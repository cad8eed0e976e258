using BillingFunctions.Operations.Audit;
using BillingFunctions.Operations.FailedJobs;
using BillingFunctions.Operations.Notices;
using BillingFunctions.Operations.Queues;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Operations;

internal static class OperationsRegistration
{
    /// <summary>Has the actions of operators noted, and those of readers refused. After <c>AddHttp</c> and <c>AddCapabilities</c>, since what those refuse was no action.</summary>
    public static FunctionsApplicationBuilder AddOperatorAudit(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<OperatorAuditMiddleware>();
        builder.UseMiddleware<ReaderMiddleware>();
        return builder;
    }

    /// <summary>Adds the routes of failed jobs and of the audit, and the timers that sweep and that remove what is too old. <c>/api/health</c> and <c>/api/openapi.json</c> belong to no capability: they answer always.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        Type[] classes = [typeof(SweepFunction), typeof(RetentionFunction), typeof(IdempotencyKeyRetention)];
        services.AddCapability("operations", [], [typeof(OperatorAudit).Namespace!, typeof(SendNoticeFunctions).Namespace!, typeof(FailedJobsFunctions).Namespace!, typeof(ListQueuesFunction).Namespace!, .. classes.Select(type => type.FullName!)]);
        services.AddTable(OperatorAudit.Table);
        services.AddSingleton<OperatorAudit>();
        services.AddRuns<BulkJob>();
        services.AddQueue(BulkJobQueue.Name);
        services.AddSingleton<BulkJobQueue>();
        services.AddSingleton<ISweeper, BulkJobSweeper>();
        services.AddSingleton<IRetention, BulkJobRetention>();
        services.AddTable(QueueHistory.Table);
        services.AddSingleton<QueueHistory>();
        services.AddSingleton<ISweeper, QueueGauges>();
        services.AddSingleton<IRetention, OperatorAuditRetention>();
        services.AddSingleton<IRetention, IdempotencyKeyRetention>();
        return services;
    }
}
