using BillingFunctions.Platform.Durable;
using BillingFunctions.Testing.Drivers;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Platform.Durable;

public sealed class AnswerTests
{
    private const string Double = "Double";
    private const string Forgetful = "Forgetful";
    private const string Ask = "Ask";

    [Theory]
    [InlineData("another")]
    [InlineData("number")]
    [InlineData("nothing")]
    [InlineData("shape")]
    public async Task AskAsync_AnswerIsNotToTheRequest_AsksAgain(string answer)
    {
        var calls = 0;
        await using var host = await OrchestrationDriver.StartAsync(tasks => tasks
            .AddOrchestratorFunc<Doubled, int>(Ask, (context, input) => context.AskAsync<int>(Double, input, RetryPolicies.Storage))
            .AddActivityFunc<Doubled, object?>(Double, (_, request) => Interlocked.Increment(ref calls) > 1
                ? Answer.To(request, 2 * request.Number)
                : answer switch
                {
                    "another" => Answer.To(new Doubled(99), 198),
                    "number" => 12,
                    "shape" => new { To = new[] { 1 }, Result = "text" },
                    _ => null,
                }));

        var ended = await host.RunAsync(Ask, new Doubled(21));

        Assert.Equal((42, 2), (ended.ReadOutputAs<int>(), calls));
    }

    [Fact]
    public async Task AskAsync_ActivityNeverEchoes_Fails()
    {
        await using var host = await OrchestrationDriver.StartAsync(tasks => tasks
            .AddOrchestratorFunc<Doubled, int>(Ask, (context, input) => context.AskAsync<int>(Forgetful, input, RetryPolicies.Storage))
            .AddActivityFunc<Doubled, int>(Forgetful, (_, request) => 2 * request.Number));

        var ended = await host.RunAsync(Ask, new Doubled(21));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("double 21", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    private sealed record Doubled(int Number) : IRequest
    {
        string IRequest.Key => $"double {Number}";
    }
}
