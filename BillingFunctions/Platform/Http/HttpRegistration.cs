using BillingFunctions.Platform.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Platform.Http;

internal static class HttpRegistration
{
    /// <summary>Adds what all HTTP functions share: problems instead of stack traces, parameters with one value, and idempotency keys.</summary>
    public static FunctionsApplicationBuilder AddHttp(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<ProblemDetailsMiddleware>();
        builder.UseMiddleware<RequestShapeMiddleware>();
        builder.Services.AddTable(IdempotentRequests.Table);
        builder.Services.AddSingleton<IdempotentRequests>();
        return builder;
    }
}
