using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Storage;

/// <summary>Ways to the tables and queues of a storage emulator that count what passes. They cost time: rates are measured without.</summary>
internal sealed class CountedStorage : IAsyncDisposable
{
    private readonly StorageEmulator _emulator;
    private readonly HttpProxy _tables;
    private readonly HttpProxy _queues;

    private CountedStorage(StorageEmulator emulator, HttpProxy tables, HttpProxy queues) => (_emulator, _tables, _queues) = (emulator, tables, queues);

    /// <summary>What has passed so far.</summary>
    public StorageTraffic Traffic => new(
        _tables.Calls + _queues.Calls,
        _tables.Bytes + _queues.Bytes,
        _tables.Calls - _tables.CallsBy("GET"),
        _queues.CallsBy("POST"));

    public static async Task<CountedStorage> StartAsync(StorageEmulator emulator) => new(
        emulator,
        await HttpProxy.StartAsync(() => new Uri(emulator.TableAddress)),
        await HttpProxy.StartAsync(() => new Uri(emulator.QueueAddress)));

    /// <summary>The connection string of an account by these ways.</summary>
    public string Of(string storage) => storage.Replace(_emulator.TableAddress, _tables.BaseUrl).Replace(_emulator.QueueAddress, _queues.BaseUrl);

    public async ValueTask DisposeAsync()
    {
        await _tables.DisposeAsync();
        await _queues.DisposeAsync();
    }
}

/// <summary>What was asked of storage.</summary>
/// <param name="Calls">All calls of tables and queues.</param>
/// <param name="Bytes">The bodies of their requests and answers.</param>
/// <param name="TableWrites">Calls that change tables; a transaction is one.</param>
/// <param name="Messages">Messages put on queues.</param>
internal readonly record struct StorageTraffic(int Calls, long Bytes, int TableWrites, int Messages)
{
    /// <summary>What was asked since.</summary>
    public StorageTraffic Since(StorageTraffic before) =>
        new(Calls - before.Calls, Bytes - before.Bytes, TableWrites - before.TableWrites, Messages - before.Messages);
}
