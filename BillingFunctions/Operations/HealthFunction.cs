using System.Text.Json.Serialization;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Operations;

/// <summary>
/// <c>/api/health</c>: 503 when storage does not answer, since nothing works without it. A capability that lacks a setting is <c>off</c> and does not make the app
/// unhealthy: the others serve, and a restart, which is what a monitor would ask for, would not bring the setting. Nor does it when Stripe does not answer: that is <c>degraded</c>.
/// </summary>
public sealed class HealthFunction(HealthCheckService checks, IOptions<ShadowOptions> shadow, TimeProvider time)
{
    /// <summary>Tells whether the app can work, and which parts of it are off.</summary>
    /// <remarks>503 when storage does not answer. A part that lacks a setting is <c>off</c>, and does not make the app unhealthy.</remarks>
    [Function(nameof(HealthFunction))]
    [ProducesResponseType<Health>(StatusCodes.Status200OK)]
    [ProducesResponseType<Health>(StatusCodes.Status503ServiceUnavailable)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/health")] HttpRequest request, CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    [Function("HealthV1Function")]
    [AliasOf(nameof(RunAsync))]
    public Task<IResult> RunV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/v1/health")] HttpRequest request, CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    private async Task<IResult> CheckAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(cancellationToken);
        var isHealthy = report.Status != HealthStatus.Unhealthy;
        return ApiJson.Ok(
            new Health(isHealthy ? "healthy" : "unhealthy", shadow.Value.Enabled ? "shadow" : "live", report.Entries.ToDictionary(entry => entry.Key, entry => Check.From(entry.Value, time.GetUtcNow()))),
            isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Whether the app can work.</summary>
    /// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
    /// <param name="Mode"><c>live</c>, or <c>shadow</c> when everything is recorded and nothing is written elsewhere.</param>
    /// <param name="Checks">Each dependency and each capability, by name.</param>
    public sealed record Health(string Status, string Mode, IReadOnlyDictionary<string, Check> Checks);

    /// <summary>A dependency or a capability.</summary>
    /// <param name="Status"><c>healthy</c>, <c>unhealthy</c>, <c>degraded</c> or <c>off</c>.</param>
    /// <param name="AgeMs">How long ago this was found out, in milliseconds; 0 for what is found out anew each time.</param>
    /// <param name="DurationMs">How long the check took, in milliseconds.</param>
    /// <param name="Missing">The settings that are not set; null when none is missing.</param>
    public sealed record Check(string Status, long AgeMs, long DurationMs, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Missing)
    {
        public static Check From(HealthReportEntry entry, DateTimeOffset now) => new(
            entry.Status switch
            {
                HealthStatus.Healthy => "healthy",
                HealthStatus.Degraded when entry.Data.ContainsKey(Capability.Missing) => "off",
                HealthStatus.Degraded => "degraded",
                _ => "unhealthy",
            },
            entry.Data.GetValueOrDefault(StripeHealthCheck.CheckedAt) is DateTimeOffset checkedAt ? (long)(now - checkedAt).TotalMilliseconds : 0,
            (long)entry.Duration.TotalMilliseconds,
            entry.Data.GetValueOrDefault(Capability.Missing) as IReadOnlyList<string>);
    }
}
