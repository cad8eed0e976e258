using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace BillingFunctions.Platform.Telemetry;

internal static class TelemetryRegistration
{
    /// <summary>Where OTLP goes.</summary>
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Where Azure Monitor is.</summary>
    private const string AzureMonitorConnection = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>With which identity, as the Functions host reads it too: <c>Authorization=AAD;ClientId=…</c>.</summary>
    private const string AzureMonitorIdentity = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    private const string ClientIdPart = "ClientId=";

    /// <summary>Adds scope and log lines for each call of a function, and sends traces, metrics and logs to whatever the settings name. Before any other middleware.</summary>
    public static FunctionsApplicationBuilder AddTelemetry(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<EdgeMiddleware>();
        builder.Services.Configure<LoggerFactoryOptions>(options =>
            options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId | ActivityTrackingOptions.Tags);

        // Thousands a second, each of which the inbox has.
        builder.Logging.AddFilter("BillingFunctions.Webhooks.StripeWebhookFunction", LogLevel.Warning);
        AddExporters(builder.Services, builder.Configuration);
        return builder;
    }

    private static void AddExporters(IServiceCollection services, ConfigurationManager configuration)
    {
        var otlp = !string.IsNullOrWhiteSpace(configuration[OtlpEndpoint]);
        var monitor = !string.IsNullOrWhiteSpace(configuration[AzureMonitorConnection]);
        if (!otlp && !monitor)
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry().UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(EdgeMiddleware.SourceName).AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(BillingMetrics.MeterName));
        if (otlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (monitor)
        {
            telemetry.UseAzureMonitorExporter(options => options.Credential = configuration[AzureMonitorIdentity] is { Length: > 0 } identity ? CredentialOf(identity) : null);
        }
    }

    private static ManagedIdentityCredential CredentialOf(string identity) =>
        identity.Split(';').FirstOrDefault(part => part.StartsWith(ClientIdPart, StringComparison.OrdinalIgnoreCase)) is { } client
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client[ClientIdPart.Length..]))
            : new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);
}
