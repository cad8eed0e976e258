using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Management;

/// <summary>Reads the API's query parameters; as the vendor does, it takes what it cannot read for absent.</summary>
internal static class QueryValues
{
    public static bool Flag(this IQueryCollection query, string name, bool otherwise) =>
        bool.TryParse(query[name], out var value) ? value : otherwise;

    public static int? Number(this IQueryCollection query, string name) =>
        int.TryParse(query[name], CultureInfo.InvariantCulture, out var value) ? value : null;

    public static DateTimeOffset? Time(this IQueryCollection query, string name) =>
        DateTimeOffset.TryParse(query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;

    public static List<OrchestrationRuntimeStatus> Statuses(this IQueryCollection query) =>
        [.. query["runtimeStatus"]
            .SelectMany(value => (value ?? string.Empty).Split(','))
            .Where(value => Enum.TryParse<OrchestrationRuntimeStatus>(value, ignoreCase: true, out _))
            .Select(value => Enum.Parse<OrchestrationRuntimeStatus>(value, ignoreCase: true))];
}
