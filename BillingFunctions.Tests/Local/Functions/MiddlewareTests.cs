using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Invoke_TwoMiddlewares_RunInOrderOfRegistrationAroundTheFunction()
    {
        var steps = new ConcurrentQueue<string>();
        await using var app = await TestApp.StartAsync<Target>(builder =>
        {
            builder.Services.AddSingleton(steps);
            builder.UseMiddleware<Outer>().UseMiddleware<Inner>();
        });

        Assert.Equal("ok", await app.Client.GetStringAsync("/ok", TestContext.Current.CancellationToken));

        Assert.Equal(["outer>", "inner>", "function", "<inner", "<outer"], steps);
    }

    [Fact]
    public async Task Invoke_UseWhen_RunsOnlyForWhatFits()
    {
        var steps = new ConcurrentQueue<string>();
        await using var app = await TestApp.StartAsync<Target>(builder =>
        {
            builder.Services.AddSingleton(steps);
            builder.UseWhen<Outer>(context => context.FunctionDefinition.Name == "throws");
        });

        await app.Client.GetAsync("/ok", TestContext.Current.CancellationToken);

        Assert.Equal(["function"], steps);
    }

    [Fact]
    public async Task Invoke_MiddlewareTurnsExceptionIntoAResult_ItIsWrittenAndNothingLogged()
    {
        await using var app = await TestApp.StartAsync<Target>(builder =>
        {
            builder.Services.AddSingleton(new ConcurrentQueue<string>());
            builder.UseMiddleware<ToProblem>();
        });

        using var response = await app.Client.GetAsync("/throws", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Invoke_Context_TellsFunctionRouteAndTrigger()
    {
        var seen = new ConcurrentQueue<string>();
        await using var app = await TestApp.StartAsync<Target>(builder =>
        {
            builder.Services.AddSingleton(seen);
            builder.Use(next => context =>
            {
                seen.Enqueue(context.FunctionDefinition.Name);
                seen.Enqueue(context.FunctionDefinition.InputBindings["request"].Type);
                seen.Enqueue((string)context.BindingContext.BindingData["id"]!);
                seen.Enqueue(context.GetHttpContext()!.Request.Path);
                Assert.Same(context.InstanceServices, context.GetHttpContext()!.RequestServices);
                return next(context);
            });
        });

        await app.Client.GetAsync("/echo/7", TestContext.Current.CancellationToken);

        Assert.Equal(["echo", "httpTrigger", "7", "/echo/7"], seen);
    }

    public sealed class Target(ConcurrentQueue<string> steps)
    {
        [Function("ok")]
        public IResult Ok([HttpTrigger("get")] HttpRequest request)
        {
            steps.Enqueue("function");
            return Results.Text("ok");
        }

        [Function("echo")]
        public IResult Echo([HttpTrigger("get", Route = "echo/{id}")] HttpRequest request, string id) => Results.Text(id);

        [Function("throws")]
        public IResult Throws([HttpTrigger("get")] HttpRequest request) => throw new TimeoutException();
    }

    private sealed class Outer(ConcurrentQueue<string> steps) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            steps.Enqueue("outer>");
            await next(context);
            steps.Enqueue("<outer");
        }
    }

    private sealed class Inner(ConcurrentQueue<string> steps) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            steps.Enqueue("inner>");
            await next(context);
            steps.Enqueue("<inner");
        }
    }

    private sealed class ToProblem : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            try
            {
                await next(context);
            }
            catch (TimeoutException)
            {
                context.GetInvocationResult().Value = Results.Problem(statusCode: StatusCodes.Status409Conflict);
            }
        }
    }
}
