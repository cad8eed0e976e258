using System.Runtime.InteropServices;
using System.Text.Json;

namespace Stripe;

/// <summary>The two headers that tell Stripe who calls.</summary>
internal sealed class ClientUserAgent(AppInfo? appInfo, bool enableTelemetry)
{
    /// <summary>The value of <c>User-Agent</c>.</summary>
    public string Short { get; } =
        $"Stripe/V1 .NetBindings/{StripeConfiguration.StripeNetVersion}" + (appInfo is null ? "" : " " + appInfo.FormatUserAgent());

    /// <summary>The value of <c>X-Stripe-Client-User-Agent</c>.</summary>
    public string Details { get; } = JsonSerializer.Serialize(Describe(appInfo, enableTelemetry));

    private static Dictionary<string, object> Describe(AppInfo? appInfo, bool enableTelemetry)
    {
        var details = new Dictionary<string, object>
        {
            ["bindings_version"] = StripeConfiguration.StripeNetVersion,
            ["lang"] = ".net",
            ["lang_version"] = RuntimeInformation.FrameworkDescription,
        };
        if (enableTelemetry)
        {
            details["platform"] = $"{Environment.OSVersion} {RuntimeInformation.ProcessArchitecture}";
        }

        if (appInfo is not null)
        {
            details["application"] = appInfo;
        }

        return details;
    }
}
