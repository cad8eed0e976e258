using BillingFunctions.Local.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.LocalHost;

/// <summary>What the program says when it listens: the functions with their addresses, and where to look.</summary>
internal sealed class Banner(FunctionCatalog catalog, HostJson hostJson, SettingExpressions settings)
{
    private const string Indent = "    ";

    public IEnumerable<string> Lines(Uri address, IEnumerable<LocalService> services)
    {
        var http = catalog.TriggeredBy<HttpTriggerAttribute>().Select(function => HttpLine(new HttpRoute(function, hostJson.RoutePrefix), address));
        var others = catalog.All.Where(function => function.Trigger is not HttpTriggerAttribute).Select(OtherLine);
        var where = services.Select(service => $"{Indent}{service.Name,-10} {service.Where}");
        return [.. Section("Functions:", http), .. Section("Durable functions and other triggers:", others), .. Section("Uses:", where), ""];
    }

    private static IEnumerable<string> Section(string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        return all.Length == 0 ? [] : ["", title, "", .. all];
    }

    private static string HttpLine(HttpRoute route, Uri address)
        => $"{Indent}{route.Function.Name}: [{(route.Methods.Count == 0 ? "ANY" : string.Join(',', route.Methods))}] {address}{route.Template}";

    private string OtherLine(FunctionDescriptor function)
        => $"{Indent}{function.Name}: {function.TriggerType}{Detail(function.Trigger)}";

    private string Detail(TriggerBindingAttribute trigger) => trigger switch
    {
        QueueTriggerAttribute queue => $" {settings.Resolve(queue.QueueName, nameof(Banner)).ToLowerInvariant()}",
        TimerTriggerAttribute timer => $" {settings.Resolve(timer.Schedule, nameof(Banner))}",
        _ => string.Empty,
    };
}
