using System.Runtime.CompilerServices;
using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Client;

/// <summary>Lists and purges.</summary>
internal sealed partial class HubClient
{
    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(this, filter ?? new OrchestrationQuery());

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var hub = await engine.HubAsync(cancellation);
        return new PurgeResult(await PurgeAsync(hub, instanceId, options?.Recursive ?? false, cancellation), isComplete: true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var hub = await engine.HubAsync(cancellation);
        var query = new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, filter.Statuses);
        var ids = new List<string>();
        await foreach (var instance in GetAllInstancesAsync(query).WithCancellation(cancellation))
        {
            ids.Add(instance.InstanceId);
        }

        var purged = 0;
        foreach (var id in ids)
        {
            purged += await PurgeAsync(hub, id, options?.Recursive ?? false, cancellation);
        }

        return new PurgeResult(purged, isComplete: true);
    }

    private async Task<int> PurgeAsync(Hub hub, string instanceId, bool recursive, CancellationToken cancellation)
    {
        if (hub.Find(instanceId) is { } live)
        {
            if (!live.Snapshot.IsFinished)
            {
                return 0;
            }

            await live.Retired.WaitAsync(cancellation);
        }

        if (await store.FindInstanceAsync(instanceId, withPayloads: false, cancellation) is not { IsFinished: true })
        {
            return 0;
        }

        var children = recursive ? await ChildrenAsync(instanceId, cancellation) : [];

        // The row goes last: should this be interrupted, the instance can still be found and purged.
        await store.DeleteHistoryAsync(instanceId, cancellation);
        await store.DeleteInstanceAsync(instanceId, cancellation);
        var purged = 1;
        foreach (var child in children)
        {
            purged += await PurgeAsync(hub, child, recursive, cancellation);
        }

        return purged;
    }

    private async Task<List<string>> ChildrenAsync(string instanceId, CancellationToken cancellation) =>
        [.. (await GetHistoryAsync(instanceId, cancellation))
            .SelectMany(step => step.Decisions ?? [])
            .OfType<SubOrchestrationScheduled>()
            .Select(child => child.InstanceId)
            .Distinct(StringComparer.Ordinal)];

    private async Task<InstancePage> ListAsync(OrchestrationQuery query, string? continuation, int pageSize, CancellationToken cancellation)
    {
        var hub = await engine.HubAsync(cancellation);
        if (query.TaskHubNames is { } hubs && hubs.Any() && !hubs.Contains(Name, StringComparer.OrdinalIgnoreCase))
        {
            return new InstancePage([], null);
        }

        var filter = new InstanceFilter(query.CreatedFrom, query.CreatedTo, query.InstanceIdPrefix, pageSize, query.FetchInputsAndOutputs);
        var page = await store.ListInstancesAsync(filter, continuation, cancellation);
        var wanted = query.Statuses?.ToHashSet() ?? [];

        // Storage knows an unfinished instance only as it was created.
        var current = page.Instances.Select(stored => hub.Find(stored.InstanceId)?.Snapshot ?? stored);
        return page with { Instances = [.. current.Where(instance => wanted.Count == 0 || wanted.Contains(instance.Status))] };
    }

    private sealed class InstancePages(HubClient client, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
    {
        public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = default, int? pageSizeHint = default) =>
            ReadAsync(continuationToken ?? query.ContinuationToken, pageSizeHint ?? query.PageSize);

        private async IAsyncEnumerable<Page<OrchestrationMetadata>> ReadAsync(
            string? continuation, int pageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            do
            {
                var page = await client.ListAsync(query, continuation, pageSize, cancellation);
                continuation = page.Continuation;
                yield return new([.. page.Instances.Select(instance => instance.ToMetadata(query.FetchInputsAndOutputs))], continuation);
            }
            while (continuation is not null);
        }
    }
}
