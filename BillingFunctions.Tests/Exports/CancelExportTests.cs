using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Exports;

/// <summary>Cancels a run that ends between the look at it and the event: Durable Functions takes events for unfinished instances only.</summary>
public sealed class CancelExportTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(ExportStatus.Completed, StatusCodes.Status409Conflict)]
    [InlineData(ExportStatus.Failed, StatusCodes.Status409Conflict)]
    [InlineData(ExportStatus.Canceled, StatusCodes.Status202Accepted)]
    public async Task Cancel_RunEndsMeanwhile_IsAnsweredByHowItEnded(ExportStatus ending, int expected)
    {
        var rig = await RigAsync();
        var durable = new EndingClient(() => rig.Store.SaveAsync(rig.Run with { Status = ending }, CancellationToken.None));

        var answer = await rig.CancelAsync(durable);

        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        await answer.ExecuteAsync(http);
        Assert.Equal(expected, http.Response.StatusCode);
    }

    [Fact]
    public async Task Cancel_EventIsRefusedForAnotherReason_Throws()
    {
        var rig = await RigAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.CancelAsync(new EndingClient(() => Task.CompletedTask)));
    }

    private async Task<Rig> RigAsync()
    {
        var account = azurite.NewAccount();
        var tables = new TableServiceClient(account);
        await tables.CreateTableIfNotExistsAsync(RunTable.Name);
        var store = new RunStore<ExportRun>(tables);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var plan = new ExportPlan(
            RunId.New<ExportRun>(clock.GetUtcNow()), "exports", "a.csv", ["id"], 0, 1, false, FormulaHandling.Escape, null);
        var run = new ExportRun { Plan = plan, RequestedBy = "test", StartedAt = clock.GetUtcNow(), Status = ExportStatus.Running };
        await store.SaveAsync(run, TestContext.Current.CancellationToken);
        var stretches = new StretchProgressStore(tables);
        var functions = new ChangeExportFunctions(
            new ExportRuns(store, stretches), store, new ExportTargetLock(tables), new ExportResume(new BlobServiceClient(account)), new ExportStarter(stretches), clock);
        return new Rig(functions, store, run);
    }

    private sealed record Rig(ChangeExportFunctions Functions, RunStore<ExportRun> Store, ExportRun Run)
    {
        public Task<IResult> CancelAsync(DurableTaskClient durable) =>
            Functions.CancelAsync(new DefaultHttpContext().Request, durable, Run.Id, TestContext.Current.CancellationToken);
    }

    /// <summary>Knows one instance, which runs until somebody wants to send it an event.</summary>
    private sealed class EndingClient(Func<Task> endAsync) : DurableTaskClient("Test")
    {
        public override async Task RaiseEventAsync(
            string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
        {
            await endAsync();
            throw new InvalidOperationException($"Cannot raise event {eventName}.");
        }

        public override Task<OrchestrationMetadata?> GetInstancesAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
            Task.FromResult<OrchestrationMetadata?>(
                new OrchestrationMetadata("Export", instanceId) { RuntimeStatus = OrchestrationRuntimeStatus.Running });

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
            throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
