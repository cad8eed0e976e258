using BillingFunctions.LocalHost.Http;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Triggers;
using Microsoft.Azure.WebJobs;

namespace BillingFunctions.LocalHost;

/// <summary>What the program says when it listens: the functions with their addresses, and where to look.</summary>
internal static class Banner
{
    private const string Indent = "    ";

    public static IEnumerable<string> Lines(
        Uri address, IEnumerable<HttpRoute> routes, IEnumerable<FunctionDefinition> functions, INameResolver settings, IEnumerable<LocalService> services)
    {
        var http = routes.Select(route =>
            $"{Indent}{route.Function}: [{(route.Methods.Count == 0 ? "ANY" : string.Join(',', route.Methods))}] {address}{route.Template}");
        var others = functions.Where(function => !function.Trigger.IsHttp).Select(function =>
            $"{Indent}{function.Name}: {function.Trigger.Type} {Detail(function.Trigger, settings)}".TrimEnd());
        var where = services.Select(service => $"{Indent}{service.Name,-10} {service.Where}");
        return [.. Section("Functions:", http), .. Section("Durable functions and other triggers:", others), .. Section("Uses:", where), ""];
    }

    private static IEnumerable<string> Section(string title, IEnumerable<string> lines) => ["", title, "", .. lines];

    /// <summary>The queue or the schedule, with the settings that it names filled in.</summary>
    private static string Detail(Binding trigger, INameResolver settings)
    {
        var text = trigger.Text("queueName") + trigger.Text("schedule");
        return text.StartsWith('%') ? settings.Resolve(text.Trim('%')) ?? $"{text} is not set" : text;
    }
}
