using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Limits;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>Tells how much of the daily limit is left.</summary>
internal sealed class LimitResource(OrgLimits limits)
{
    public void MapTo(SalesforceApi api) => api.Map("GET", "/limits", Get);

    private SalesforceAnswer Get(SalesforceCall call) => SalesforceAnswer.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("DailyApiRequests");
        json.WriteNumber("Max", limits.DailyMax);
        json.WriteNumber("Remaining", Math.Max(0, limits.DailyMax - limits.Used(call.Recorded.At)));
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
