using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Http;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Triggers;
using Microsoft.Azure.WebJobs;

namespace BillingFunctions.Tests.LocalHost;

public sealed class BannerTests
{
    [Fact]
    public void Lines_AppWithServices_ListsFunctionsWithAddressesAndWhatItUses()
    {
        FunctionDefinition[] functions =
        [
            Function("Any", """{ "name": "request", "type": "httpTrigger", "direction": "In" }"""),
            Function("One", """{ "name": "request", "type": "httpTrigger", "direction": "In", "methods": ["get", "post"], "route": "things/{id:int}" }"""),
            Function("Nightly", """{ "name": "timer", "type": "timerTrigger", "direction": "In", "schedule": "%Schedule%" }"""),
            Function("Missing", """{ "name": "timer", "type": "timerTrigger", "direction": "In", "schedule": "%Other%" }"""),
            Function("Read", """{ "name": "message", "type": "queueTrigger", "direction": "In", "queueName": "orders" }"""),
            Function("Write", """{ "name": "name", "type": "activityTrigger", "direction": "In" }"""),
        ];
        var routes = functions.Where(function => function.Trigger.IsHttp).Select(function => HttpRoute.From(function, ""));

        var lines = Banner.Lines(
            new Uri("http://127.0.0.1:7071"), routes, functions, new Settings(), [new LocalService("Mail", "http://127.0.0.1:1080/")]);

        Assert.Equal(
            [
                "", "Functions:", "",
                "    Any: [ANY] http://127.0.0.1:7071/Any",
                "    One: [GET,POST] http://127.0.0.1:7071/things/{id:int}",
                "", "Durable functions and other triggers:", "",
                "    Nightly: timerTrigger 0 0 6 * * *",
                "    Missing: timerTrigger %Other% is not set",
                "    Read: queueTrigger orders",
                "    Write: activityTrigger",
                "", "Uses:", "",
                "    Mail       http://127.0.0.1:1080/",
                "",
            ],
            lines);
    }

    private static FunctionDefinition Function(string name, string binding) => new("id", name, [Binding.Parse(binding)]);

    private sealed class Settings : INameResolver
    {
        public string? Resolve(string name) => name == "Schedule" ? "0 0 6 * * *" : null;
    }
}
