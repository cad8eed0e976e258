using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Tables;

public sealed class TableEntitiesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Time = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    private readonly TableClient _table = new(azurite.NewAccount(), "Readings");

    public async ValueTask InitializeAsync() => await _table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task GetEntityAsync_EveryType_ComesBackAsWritten()
    {
        var written = Full();

        await _table.AddEntityAsync(written);
        Reading read = await _table.GetEntityAsync<Reading>("p", "r");

        Assert.Equal("it's “ü” <&>", read.Text);
        Assert.Equal((7, long.MaxValue, 5.0, true), (read.Count, read.Amount, read.Ratio, read.Active));
        Assert.Equal(written.At, read.At);
        Assert.Equal(DateTimeKind.Utc, read.At.Kind);
        Assert.Equal(Time.ToUniversalTime(), read.When);
        Assert.Equal(written.Id, read.Id);
        Assert.Equal([1, 2, 3], read.Bytes);
        Assert.Equal([4, 5], read.Data!.ToArray());
        Assert.Equal((Kind.Large, Kind.Small), (read.Kind, read.MaybeKind));
        Assert.Equal((3, long.MinValue, (DateTimeOffset?)Time), (read.MaybeCount, read.MaybeAmount, read.MaybeWhen));
        Assert.Equal("renamed", read.Renamed);
        Assert.Null(read.Ignored);
        Assert.NotNull(read.Timestamp);
        Assert.NotEqual(default, read.ETag);
    }

    [Fact]
    public async Task GetEntityAsync_AsDictionary_KeepsTypesAndNames()
    {
        await _table.AddEntityAsync(Full());

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(long.MaxValue, read.GetInt64("Amount"));
        Assert.Equal(5.0, read.GetDouble("Ratio"));
        Assert.Equal(7, read.GetInt32("Count"));
        Assert.Equal(Time, read.GetDateTimeOffset("When"));
        Assert.Equal([1, 2, 3], read.GetBinary("Bytes"));
        Assert.Equal([4, 5], read.GetBinaryData("Data")!.ToArray());
        Assert.Equal("Large", read.GetString("Kind"));
        Assert.Equal("renamed", read.GetString("stored_name"));
        Assert.Equal("7", read.GetString("Computed"));
        Assert.False(read.ContainsKey("Ignored"));
        Assert.True(read.GetBoolean("Active"));
        Assert.NotNull(read.GetGuid("Id"));
        Assert.NotNull(read.Timestamp);
        Assert.NotEqual(default, read.ETag);
        Assert.Throws<InvalidOperationException>(() => read.GetInt32("Text"));
    }

    [Fact]
    public async Task AddEntityAsync_AsDictionary_ComesBackAsWritten()
    {
        var id = Guid.NewGuid();
        var entity = new TableEntity("p", "o'brien & söhne") { ["Id"] = id, ["Amount"] = 5L, ["Ratio"] = 1.5, ["When"] = Time, ["None"] = null };

        await _table.AddEntityAsync(entity);
        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "o'brien & söhne", ["Id", "Amount", "Ratio", "When", "None"]);

        Assert.Equal((id, 5L, 1.5, Time), (read.GetGuid("Id"), read.GetInt64("Amount"), read.GetDouble("Ratio"), read.GetDateTimeOffset("When")));
        Assert.Null(read.GetString("None"));
    }

    [Fact]
    public async Task AddEntityAsync_Twice_IsRefused()
    {
        await _table.AddEntityAsync(Full());

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(Full()));

        Assert.Equal(409, refusal.Status);
        Assert.True(refusal.ErrorCode == TableErrorCode.EntityAlreadyExists);
    }

    [Fact]
    public async Task GetEntityAsync_Missing_Throws()
    {
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.GetEntityAsync<Reading>("p", "none"));

        Assert.Equal(404, refusal.Status);
        Assert.True(refusal.ErrorCode == TableErrorCode.ResourceNotFound);
    }

    [Fact]
    public async Task GetEntityIfExistsAsync_MissingThenThere_TellsBoth()
    {
        var before = await _table.GetEntityIfExistsAsync<Reading>("p", "r");
        await _table.AddEntityAsync(Full());
        var after = await _table.GetEntityIfExistsAsync<Reading>("p", "r");

        Assert.False(before.HasValue);
        Assert.Equal(404, before.GetRawResponse().Status);
        Assert.Equal(7, after.Value!.Count);
    }

    [Fact]
    public async Task UpdateEntityAsync_StaleETag_IsRefused()
    {
        await _table.AddEntityAsync(Full());
        Reading read = await _table.GetEntityAsync<Reading>("p", "r");
        var updated = await _table.UpdateEntityAsync(read, read.ETag, TableUpdateMode.Replace);

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpdateEntityAsync(read, read.ETag));

        Assert.Equal(412, refusal.Status);
        Assert.True(refusal.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied);
        Assert.NotEqual(read.ETag, updated.Headers.ETag);
        await _table.UpdateEntityAsync(read, updated.Headers.ETag!.Value);
        await Assert.ThrowsAsync<ArgumentException>(() => _table.UpdateEntityAsync(read, default));
    }

    [Fact]
    public async Task UpdateEntityAsync_Missing_IsNotFound()
    {
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpdateEntityAsync(Full(), ETag.All));

        Assert.Equal(404, refusal.Status);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, "kept")]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task UpsertEntityAsync_Mode_DecidesWhatStays(TableUpdateMode mode, string? expected)
    {
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["Old"] = "kept" });

        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["New"] = 1 }, mode);
        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal((expected, 1), (read.GetString("Old"), read.GetInt32("New")));
    }

    [Fact]
    public async Task DeleteEntityAsync_ETags_AreKept()
    {
        await _table.AddEntityAsync(Full());
        Reading old = await _table.GetEntityAsync<Reading>("p", "r");
        await _table.UpsertEntityAsync(old);

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.DeleteEntityAsync(old, old.ETag));
        var deleted = await _table.DeleteEntityAsync(old);
        var again = await _table.DeleteEntityAsync("p", "r");

        Assert.Equal((412, 204, 404), (refusal.Status, deleted.Status, again.Status));
    }

    [Fact]
    public async Task AddEntityAsync_LocalDateTime_IsNotSupported()
    {
        var entity = new Reading { At = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local) };

        await Assert.ThrowsAsync<NotSupportedException>(() => _table.AddEntityAsync(entity));
    }

    private static Reading Full() => new()
    {
        Text = "it's “ü” <&>",
        Count = 7,
        Amount = long.MaxValue,
        Ratio = 5.0,
        Active = true,
        At = Time.UtcDateTime,
        When = Time.ToOffset(TimeSpan.FromHours(5)),
        Id = Guid.NewGuid(),
        Bytes = [1, 2, 3],
        Data = BinaryData.FromBytes(new byte[] { 4, 5 }),
        Kind = Kind.Large,
        MaybeCount = 3,
        MaybeAmount = long.MinValue,
        MaybeWhen = Time,
        MaybeKind = Kind.Small,
        Renamed = "renamed",
        Ignored = "never stored",
    };
}
