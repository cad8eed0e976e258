using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Sample;

public sealed class HttpFunctions
{
    /// <summary>The least that a function can do.</summary>
    [Function("Hello")]
    public IActionResult Hello([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/hello")] HttpRequest request) => new OkResult();

    /// <summary>Answers the route value and the body, for callers with a key.</summary>
    [Function("Echo")]
    public async Task<IActionResult> EchoAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/echo/{name}")] HttpRequest request, string name, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        return new OkObjectResult($"{name}: {await reader.ReadToEndAsync(cancellationToken)}");
    }

    /// <summary>The number of the worker's process.</summary>
    [Function("Process")]
    public IActionResult Process([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/process")] HttpRequest request) =>
        new OkObjectResult(Environment.ProcessId);

    /// <summary>Takes its time and is deaf to cancellation.</summary>
    [Function("Slow")]
    public async Task<IActionResult> SlowAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/slow/{milliseconds:int}")] HttpRequest request, int milliseconds)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
        return new OkObjectResult("done");
    }

    /// <summary>Fails.</summary>
    [Function("Fail")]
    public IActionResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/fail")] HttpRequest request) =>
        throw new InvalidOperationException("As it is meant to.");
}
