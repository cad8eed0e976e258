using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class FunctionDiscoveryTests
{
    [Theory]
    [InlineData(typeof(UnknownParameter), "Function Unknown: parameter when of type DateTime cannot be bound.")]
    [InlineData(typeof(NotInRoute), "Function NotInRoute: parameter id of type String cannot be bound.")]
    [InlineData(typeof(UnknownInput), "Function UnknownInput: parameter input of type String cannot be bound.")]
    [InlineData(typeof(UnknownTrigger), "Function Strange has a trigger that the local edition does not know: StrangeTriggerAttribute.")]
    [InlineData(typeof(NoTrigger), "Function NoTrigger has 0 triggers; a function has exactly one.")]
    [InlineData(typeof(TwoTriggers), "Function TwoTriggers has 2 triggers; a function has exactly one.")]
    [InlineData(typeof(SameName), "Two functions are called SAME: ")]
    [InlineData(typeof(SameMethod), "One and Two are both called ")]
    [InlineData(typeof(SameRoute), "Functions A and B answer the same requests: route /X/{other}.")]
    [InlineData(typeof(BadRoute), "Function Bad: the route x/{id is not valid: ")]
    [InlineData(typeof(BadConstraint), "Function BadConstraint: the route x/{id:colour} is not valid: ")]
    [InlineData(typeof(NotPublic), "Function NotPublic: NotPublic.Run must be a public method of a public class.")]
    [InlineData(typeof(SignedIn), "Function SignedIn: the local edition has no signed-in users")]
    public async Task Start_FunctionThatCannotRun_StopsWithItsName(Type functions, string message)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => TestApp.StartAsync([functions]));

        Assert.StartsWith(message, exception.Message);
    }

    [Fact]
    public async Task Start_SameRouteOtherMethodOrConstraint_IsAllowed()
    {
        await using var app = await TestApp.StartAsync<Different>();

        Assert.Equal("number", await app.Client.GetStringAsync("/x/1", TestContext.Current.CancellationToken));
        Assert.Equal("text", await app.Client.GetStringAsync("/x/a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_HttpWithoutAspNetCore_StopsWithAHint()
    {
        LocalRun.Current = new LocalRun { FunctionTypes = [typeof(Different)] };
        using var host = FunctionsApplication.CreateBuilder(["--port", "0"]).Build();

        var exception = await Assert.ThrowsAsync<StartupException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("ConfigureFunctionsWebApplication", exception.Message);
    }

    public sealed class UnknownParameter
    {
        [Function("Unknown")]
        public void Run([HttpTrigger("get", Route = "x/{when}")] HttpRequest request, DateTime when) => Assert.NotEqual(default, when);
    }

    public sealed class NotInRoute
    {
        [Function("NotInRoute")]
        public IResult Run([HttpTrigger("get")] HttpRequest request, string id) => Results.Text(id);
    }

    public sealed class UnknownInput
    {
        [Function("UnknownInput")]
        public IResult Run([HttpTrigger("get")] HttpRequest request, [StrangeInput] string input) => Results.Text(input);
    }

    public sealed class UnknownTrigger
    {
        [Function("Strange")]
        public IResult Run([StrangeTrigger] string message) => Results.Text(message);
    }

    public sealed class NoTrigger
    {
        [Function("NoTrigger")]
        public IResult Run(FunctionContext context) => Results.Text(context.InvocationId);
    }

    public sealed class TwoTriggers
    {
        [Function("TwoTriggers")]
        public IResult Run([HttpTrigger] HttpRequest request, [HttpTrigger] HttpRequest other) => Results.Ok();
    }

    public sealed class SameName
    {
        [Function("same")]
        public IResult One([HttpTrigger(Route = "one")] HttpRequest request) => Results.Ok();

        [Function("SAME")]
        public IResult Two([HttpTrigger(Route = "two")] HttpRequest request) => Results.Ok();
    }

    public sealed class SameMethod
    {
        [Function("One")]
        public IResult Run([HttpTrigger("get", Route = "one")] HttpRequest request) => Results.Ok();

        [Function("Two")]
        public IResult Run([HttpTrigger("get", Route = "two/{id}")] HttpRequest request, string id) => Results.Text(id);
    }

    public sealed class SameRoute
    {
        [Function("A")]
        public IResult One([HttpTrigger("get", "post", Route = "x/{id}")] HttpRequest request) => Results.Ok();

        [Function("B")]
        public IResult Two([HttpTrigger("POST", Route = "X/{other}")] HttpRequest request) => Results.Ok();
    }

    public sealed class BadRoute
    {
        [Function("Bad")]
        public IResult Run([HttpTrigger(Route = "x/{id")] HttpRequest request) => Results.Ok();
    }

    public sealed class BadConstraint
    {
        [Function("BadConstraint")]
        public IResult Run([HttpTrigger(Route = "x/{id:colour}")] HttpRequest request) => Results.Ok();
    }

    public sealed class SignedIn
    {
        [Function("SignedIn")]
        public IResult Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request) => Results.Ok();
    }

    internal sealed class NotPublic
    {
        [Function("NotPublic")]
        public IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();
    }

    public sealed class Different
    {
        [Function("Number")]
        public IResult Number([HttpTrigger("get", Route = "x/{id:int}")] HttpRequest request) => Results.Text("number");

        [Function("Text")]
        public IResult Text([HttpTrigger("get", Route = "x/{id}")] HttpRequest request) => Results.Text("text");

        [Function("Post")]
        public IResult Post([HttpTrigger("post", Route = "x/{id}")] HttpRequest request) => Results.Ok();
    }

    private sealed class StrangeTriggerAttribute : TriggerBindingAttribute;

    private sealed class StrangeInputAttribute : InputBindingAttribute;
}
