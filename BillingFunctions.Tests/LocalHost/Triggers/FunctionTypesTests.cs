using System.Reflection;
using BillingFunctions.LocalHost.Rpc;
using BillingFunctions.LocalHost.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Binder = Microsoft.Azure.WebJobs.Binder;

namespace BillingFunctions.Tests.LocalHost.Triggers;

public sealed class FunctionTypesTests
{
    [Fact]
    public void Build_QueueFunction_CarriesTheSdksAttributeWithItsProperties()
    {
        var type = FunctionTypes.Build(
            [Function("Read", """{ "name": "message", "type": "queueTrigger", "direction": "In", "queueName": "orders", "connection": "BillingStorage" }""")], "00:01:00");

        var method = type.GetMethod("Read")!;
        var trigger = method.GetParameters()[0].GetCustomAttribute<QueueTriggerAttribute>()!;
        Assert.Equal(("orders", "BillingStorage"), (trigger.QueueName, trigger.Connection));
        Assert.Equal("Read", method.GetCustomAttribute<FunctionNameAttribute>()!.Name);
        Assert.Equal((typeof(Task), TimeSpan.FromMinutes(1)), (method.ReturnType, type.GetCustomAttribute<TimeoutAttribute>()!.Timeout));
    }

    [Fact]
    public void Build_TimerFunction_ReadsBooleansThatAreText()
    {
        var type = FunctionTypes.Build(
            [Function("Tick", """{ "name": "timer", "type": "timerTrigger", "direction": "In", "schedule": "0 * * * * *", "useMonitor": "False", "runOnStartup": true }""")], null);

        var trigger = type.GetMethod("Tick")!.GetParameters()[0].GetCustomAttribute<TimerTriggerAttribute>()!;
        Assert.Equal(("0 * * * * *", false, true), (trigger.ScheduleExpression, trigger.UseMonitor, trigger.RunOnStartup));
        Assert.Null(type.GetCustomAttribute<TimeoutAttribute>());
    }

    [Fact]
    public async Task Build_HttpFunctionWithClient_RunsTheBodyWithAllArguments()
    {
        var type = FunctionTypes.Build(
        [
            Function(
                "Start",
                """{ "name": "request", "type": "httpTrigger", "direction": "In" }""",
                """{ "name": "client", "type": "durableClient", "direction": "In" }""",
                """{ "name": "$return", "type": "http", "direction": "Out" }"""),
        ], null);
        (string Name, object?[] Arguments)? called = null;
        FunctionBody body = (name, arguments) =>
        {
            called = (name, arguments);
            return Task.FromResult<object?>(null);
        };
        var http = new DefaultHttpContext();
        using var stop = new CancellationTokenSource();
        var method = type.GetMethod("Start")!;

        await (Task)method.Invoke(Activator.CreateInstance(type, body), [http, "client", null, stop.Token])!;

        Assert.Equal("Start", called!.Value.Name);
        Assert.Equal([http, "client", null, stop.Token], called.Value.Arguments);
        Assert.Equal([typeof(HttpContext), typeof(string), typeof(Binder), typeof(CancellationToken)], method.GetParameters().Select(parameter => parameter.ParameterType));
        Assert.NotNull(method.GetCustomAttribute<NoAutomaticTriggerAttribute>());
        Assert.NotNull(method.GetParameters()[1].GetCustomAttribute<DurableClientAttribute>());
    }

    [Fact]
    public void Build_Orchestration_ReturnsAValue()
    {
        var type = FunctionTypes.Build([Function("Run", """{ "name": "context", "type": "orchestrationTrigger", "direction": "In" }""")], null);

        Assert.Equal(typeof(Task<object>), type.GetMethod("Run")!.ReturnType);
    }

    [Theory]
    [InlineData("blobTrigger", "In")]
    [InlineData("queue", "Out")]
    public void From_UnknownBinding_NamesIt(string type, string direction)
    {
        var metadata = new RpcFunctionMetadata { Name = "Odd", FunctionId = "1" };
        metadata.RawBindings.Add($$"""{ "name": "parameter", "type": "{{type}}", "direction": "{{direction}}" }""");

        var failure = Assert.Throws<NotSupportedException>(() => FunctionDefinition.From(metadata));

        Assert.Equal($"Odd: the binding '{type}' (parameter) is not supported by the local host.", failure.Message);
    }

    private static FunctionDefinition Function(string name, params string[] bindings)
    {
        var metadata = new RpcFunctionMetadata { Name = name, FunctionId = "1" };
        metadata.RawBindings.AddRange(bindings);
        return FunctionDefinition.From(metadata);
    }
}
