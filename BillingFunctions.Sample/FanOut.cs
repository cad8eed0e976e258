using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Sample;

/// <summary>As many activities at once as are asked for, each of which does nothing.</summary>
public sealed class FanOut
{
    [Function("StartFanOut")]
    public async Task<IActionResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/fan_out/{count:int}")] HttpRequest request,
        int count,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        new OkObjectResult(client.CreateHttpManagementPayload(await client.ScheduleNewOrchestrationInstanceAsync("FanOut", count, cancellationToken)));

    [Function("FanOut")]
    public static async Task<int> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(number => context.CallActivityAsync<int>("Echo1", number)));
        return numbers.Distinct().Count();
    }

    [Function("Echo1")]
    public static int Echo([ActivityTrigger] int number) => number;
}
