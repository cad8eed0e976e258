using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Local.DurableTask.Management;

/// <summary>Where to watch and steer an instance.</summary>
internal sealed record ManagementLinks(
    string Id,
    string StatusQueryGetUri,
    string SendEventPostUri,
    string TerminatePostUri,
    string PurgeHistoryDeleteUri,
    string SuspendPostUri,
    string ResumePostUri)
{
    /// <summary>The links of an instance, with the key that the request itself came with.</summary>
    public static ManagementLinks Of(HttpRequest request, string instanceId)
    {
        var instance = $"{request.Scheme}://{request.Host}{DurableManagementEndpoints.BasePath}/instances/{Uri.EscapeDataString(instanceId)}";
        var code = request.Query["code"].FirstOrDefault() is { Length: > 0 } key ? "code=" + Uri.EscapeDataString(key) : null;
        var query = code is null ? string.Empty : "?" + code;
        var reason = "?reason={text}" + (code is null ? string.Empty : "&" + code);
        return new(
            instanceId,
            instance + query,
            instance + "/raiseEvent/{eventName}" + query,
            instance + "/terminate" + reason,
            instance + query,
            instance + "/suspend" + reason,
            instance + "/resume" + reason);
    }
}
