using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Tables;

public sealed class TableLimitsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int MaxText = 32 * 1024;

    private readonly TableClient _table = new(azurite.NewAccount(), "Limits");

    public async ValueTask InitializeAsync() => await _table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task AddEntityAsync_TooManyProperties_IsRefused()
    {
        await _table.AddEntityAsync(WithProperties(252));

        await AssertRefusedAsync(WithProperties(253), TableErrorCode.TooManyProperties);
    }

    [Fact]
    public async Task AddEntityAsync_PropertyTooLarge_IsRefused()
    {
        await _table.AddEntityAsync(new TableEntity("p", "text") { ["A"] = new string('x', MaxText) });
        await _table.AddEntityAsync(new TableEntity("p", "bytes") { ["A"] = new byte[64 * 1024] });

        await AssertRefusedAsync(new TableEntity("p", "r") { ["A"] = new string('x', MaxText + 1) }, TableErrorCode.PropertyValueTooLarge);
        await AssertRefusedAsync(new TableEntity("p", "r") { ["A"] = new byte[64 * 1024 + 1] }, TableErrorCode.PropertyValueTooLarge);
    }

    [Fact]
    public async Task AddEntityAsync_EntityTooLarge_IsRefused()
    {
        var entity = new TableEntity("p", "r");
        for (var number = 0; number < 15; number++)
        {
            entity[$"P{number}"] = new string('x', 32_000);
        }

        await _table.AddEntityAsync(entity);
        entity["P15"] = entity["P16"] = new string('x', 32_000);

        await AssertRefusedAsync(entity, TableErrorCode.EntityTooLarge);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData("a\u0085b")]
    public async Task AddEntityAsync_CharacterNotAllowedInKey_IsRefused(string key)
    {
        await AssertRefusedAsync(new TableEntity("p", key), TableErrorCode.OutOfRangeInput);
        await AssertRefusedAsync(new TableEntity(key, "r"), TableErrorCode.OutOfRangeInput);
    }

    [Fact]
    public async Task AddEntityAsync_KeyTooLong_IsRefused()
    {
        await _table.AddEntityAsync(new TableEntity("p", new string('k', 512)));

        await AssertRefusedAsync(new TableEntity("p", new string('k', 513)), TableErrorCode.KeyValueTooLarge);
    }

    [Fact]
    public async Task AddEntityAsync_NameTooLong_IsRefused() =>
        await AssertRefusedAsync(new TableEntity("p", "r") { [new string('n', 256)] = 1 }, TableErrorCode.PropertyNameTooLong);

    private static TableEntity WithProperties(int count)
    {
        var entity = new TableEntity("p", "r");
        for (var number = 0; number < count; number++)
        {
            entity[$"P{number}"] = number;
        }

        return entity;
    }

    private async Task AssertRefusedAsync(TableEntity entity, TableErrorCode code)
    {
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpsertEntityAsync(entity));

        Assert.Equal(400, refusal.Status);
        Assert.True(refusal.ErrorCode == code, $"{refusal.ErrorCode} instead of {code}");
    }
}
