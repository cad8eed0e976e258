using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Shadow;

/// <summary>
/// Holds a storage account to the mode that it was first used in, which stands in the only row of <c>StorageMode</c>. What shadow mode leaves behind says that mails are sent and lines are at
/// Stripe which are not: carried on with for real, they would never be. So a start in the other mode fails.
/// </summary>
internal sealed class StorageMode(IEnumerable<StorageItem> items, IConfiguration configuration, IOptions<ShadowOptions> options, IServiceProvider services, TimeProvider time) : IHostedLifecycleService
{
    public const string Table = "StorageMode";

    private const string Key = "mode";
    private const string Shadow = "shadow";
    private const string Live = "live";
    private const string Column = "Mode";
    private const string Since = "Since";

    private TableServiceClient Tables => services.GetRequiredService<TableServiceClient>();

    /// <summary>Runs when the tables are there, which <see cref="StorageSetup"/> makes.</summary>
    /// <exception cref="OptionsValidationException">The account was used in the other mode.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (StorageConnection.MissingIn(configuration).Count > 0)
        {
            return;
        }

        var wanted = options.Value.Enabled ? Shadow : Live;
        var stored = await FindAsync(cancellationToken) ?? await BeginAsync(wanted, cancellationToken);
        if (stored != wanted)
        {
            throw Refusal(stored);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static OptionsValidationException Refusal(string stored) => new(
        ShadowOptions.Section,
        typeof(ShadowOptions),
        [
            stored == Shadow
                ? $"{ShadowOptions.EnabledSetting} is not set, but the storage account of {StorageConnection.Name} has the state of shadow mode: what it says was done never was. Use another storage account, or set {ShadowOptions.EnabledSetting} to true."
                : $"{ShadowOptions.EnabledSetting} is true, but the storage account of {StorageConnection.Name} has the state of ordinary operation, which shadow mode would spoil. Use another storage account, or set {ShadowOptions.EnabledSetting} to false.",
        ]);

    /// <summary>The mode of the account; null when it has not been used.</summary>
    private async Task<string?> FindAsync(CancellationToken cancellationToken) =>
        (await Tables.GetTableClient(Table).FindAsync<TableEntity>(Key, Key, cancellationToken))?.GetString(Column);

    /// <summary>Notes the mode of an account that has none yet. One that has state nevertheless was used by a version that did not note it, for real.</summary>
    /// <returns>The mode that is noted, by this instance or by another one that starts at the same time.</returns>
    private async Task<string> BeginAsync(string wanted, CancellationToken cancellationToken)
    {
        if (wanted == Shadow && await HasStateAsync(cancellationToken))
        {
            return await FindAsync(cancellationToken) ?? Live;
        }

        var row = new TableEntity(Key, Key) { [Column] = wanted, [Since] = time.GetUtcNow() };
        var (_, found) = await Tables.GetTableClient(Table).WriteOrReadAsync(row, replaces: default, cancellationToken);
        return found?.GetString(Column) ?? wanted;
    }

    private async Task<bool> HasStateAsync(CancellationToken cancellationToken)
    {
        var names = items.Where(item => item.Kind == StorageKind.Table && item.Name != Table).Select(item => item.Name).Distinct();
        var states = await Task.WhenAll(names.Select(async name =>
            await Tables.GetTableClient(name).QueryAsync<TableEntity>(maxPerPage: 1, select: TableRemoval.Columns, cancellationToken: cancellationToken).AnyAsync(cancellationToken)));
        return states.Contains(true);
    }
}
