using System.Security.Cryptography;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>A secret of 32 random bytes that the app makes for itself, once for all instances, and keeps in a row. Deleting the row voids what was signed with it.</summary>
internal sealed class StoredSecret(TableClient table, string partition, string row)
{
    /// <summary>Where those secrets are that belong to no row of a capability.</summary>
    public const string Table = "Secrets";

    private const int Bytes = 32;
    private const string Column = "Secret";

    private byte[]? _secret;

    /// <summary>The secret. Whichever instance is first makes it.</summary>
    public async ValueTask<byte[]> GetAsync(CancellationToken cancellationToken) => _secret ??= await FindOrMakeAsync(cancellationToken);

    private async Task<byte[]> FindOrMakeAsync(CancellationToken cancellationToken)
    {
        var made = new TableEntity(partition, row) { [Column] = RandomNumberGenerator.GetBytes(Bytes) };
        var stored = await table.FindAsync<TableEntity>(partition, row, cancellationToken);
        stored ??= (await table.WriteOrReadAsync(made, replaces: default, cancellationToken)).Found ?? made;
        return stored.GetBinary(Column);
    }
}
