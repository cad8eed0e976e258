using System.Globalization;
using System.Runtime.CompilerServices;
using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;

namespace BillingFunctions.Tests.Local.DurableTask.Support;

/// <summary>What outlives an engine: the storage of a hub in memory.</summary>
internal sealed class HubData
{
    public Lock Lock { get; } = new();

    public long Version { get; set; }

    public int Writes { get; set; }

    public OwnerRecord? Owner { get; set; }

    /// <summary>How many times in a row the unfinished instances cannot be read.</summary>
    public int FailingLoads { get; set; }

    public Dictionary<string, InstanceRecord> Instances { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, HistoryHead> Heads { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, List<byte[]>> Lines { get; } = new(StringComparer.Ordinal);
}

/// <summary>One engine's access to the storage of a hub, which can fail or be cut off at any write.</summary>
internal sealed class MemoryHubStore(HubData data, Fault? fault = null) : IHubStore
{
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<OwnerRecord?> FindOwnerAsync(CancellationToken cancellationToken) => Read(() => data.Owner);

    public Task<OwnerRecord?> TryWriteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken) => Uncounted(() =>
        data.Owner?.Version == owner.Version ? data.Owner = owner with { Version = Next() } : null);

    public Task DeleteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken) => Uncounted<object?>(() =>
    {
        data.Owner = data.Owner?.Version == owner.Version ? null : data.Owner;
        return null;
    });

    public Task<InstanceRecord?> TryWriteInstanceAsync(InstanceRecord instance, CancellationToken cancellationToken) => Write(() =>
        data.Instances.GetValueOrDefault(instance.InstanceId)?.Version == instance.Version
            ? data.Instances[instance.InstanceId] = instance with { Version = Next() }
            : null);

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, bool withPayloads, CancellationToken cancellationToken) =>
        Read(() => data.Instances.GetValueOrDefault(instanceId));

    public async IAsyncEnumerable<InstanceRecord> UnfinishedInstancesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (data.FailingLoads-- > 0)
        {
            throw new IOException("fault");
        }

        foreach (var instance in await Read(() => data.Instances.Values.Where(instance => !instance.IsFinished).ToList()))
        {
            yield return instance;
        }
    }

    public Task<InstancePage> ListInstancesAsync(InstanceFilter filter, string? continuation, CancellationToken cancellationToken) =>
        Read(() => new InstancePage([.. data.Instances.Values], null));

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken) => Write(() => data.Instances.Remove(instanceId));

    public Task<HistoryHead?> FindHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        Read(() => data.Heads.GetValueOrDefault(instanceId));

    public Task<IReadOnlyList<HistoryStep>> LoadStepsAsync(HistoryHead head, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<HistoryStep>>(() => HistoryJson.ReadAll(data.Lines[head.InstanceId].SelectMany(line => line).ToArray()));

    public Task<HistoryHead?> TryAppendAsync(HistoryAppend append, CancellationToken cancellationToken) => Write(() =>
    {
        if (data.Heads.GetValueOrDefault(append.InstanceId)?.Version != append.Head?.Version)
        {
            return null;
        }

        List<byte[]> lines = append.FirstPiece == 0 ? [] : data.Lines[append.InstanceId];
        data.Lines[append.InstanceId] = [.. lines, append.Line.ToArray()];
        return data.Heads[append.InstanceId] =
            new HistoryHead(append.InstanceId, append.ExecutionId, append.Epoch, append.FirstPiece + 1, append.CommitId, Next());
    });

    public Task DeleteHistoryAsync(string instanceId, CancellationToken cancellationToken) => Write(() =>
    {
        data.Lines.Remove(instanceId);
        return data.Heads.Remove(instanceId);
    });

    private string Next() => (++data.Version).ToString(CultureInfo.InvariantCulture);

    private async Task<T> Read<T>(Func<T> read)
    {
        await Task.Yield();
        lock (data.Lock)
        {
            fault?.ThrowIfCut();
            return read();
        }
    }

    private Task<T> Uncounted<T>(Func<T> write) => Read(write);

    private async Task<T> Write<T>(Func<T> write)
    {
        await Task.Yield();
        lock (data.Lock)
        {
            fault?.BeforeWrite();
            data.Writes++;
            var result = write();
            fault?.AfterWrite();
            return result;
        }
    }
}
