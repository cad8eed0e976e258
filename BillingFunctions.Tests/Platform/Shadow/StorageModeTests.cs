using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Shadow;

/// <summary>A storage account is used in the mode in which it was first used.</summary>
public sealed class StorageModeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Customers = "Customers";

    private readonly TableServiceClient _tables = new(azurite.NewAccount());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var table in new[] { StorageMode.Table, Customers })
        {
            await _tables.CreateTableIfNotExistsAsync(table, Token);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_InTheOtherMode_IsRefusedWithTheSetting(bool first)
    {
        await Task.WhenAll(StartAsync(first), StartAsync(first), StartAsync(first));
        await AddStateAsync();

        await StartAsync(first);
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(!first));

        Assert.Contains("Shadow__Enabled", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("BillingStorage", refusal.Message, StringComparison.Ordinal);
        await StartAsync(first);
    }

    [Fact]
    public async Task Start_ShadowOnStateOfAVersionThatNotedNoMode_IsRefused()
    {
        await AddStateAsync();

        await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(isShadow: true));
        await StartAsync(isShadow: false);
    }

    private Task<Response> AddStateAsync() => _tables.GetTableClient(Customers).UpsertEntityAsync(new TableEntity("00", "42"), cancellationToken: Token);

    private Task StartAsync(bool isShadow)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(StorageConnection.Name, (string?)"set")]).Build();
        StorageItem[] items = [new(StorageKind.Table, StorageMode.Table), new(StorageKind.Table, Customers), new(StorageKind.Queue, "notices")];
        var mode = new StorageMode(items, configuration, Options.Create(new ShadowOptions { Enabled = isShadow }), new ServiceCollection().AddSingleton(_tables).BuildServiceProvider(), TimeProvider.System);
        return mode.StartingAsync(Token);
    }
}
