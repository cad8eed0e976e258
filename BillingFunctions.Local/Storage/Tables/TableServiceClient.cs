using Azure.Core;
using Azure.Data.Tables.Models;
using BillingFunctions.Local.Storage.Tables;

namespace Azure.Data.Tables;

/// <summary>The table service of one account. Safe to share between threads; make one and keep it.</summary>
public class TableServiceClient
{
    private readonly TableService _service = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <inheritdoc cref="TableServiceClient(string)"/>
    public TableServiceClient(string connectionString, TableClientOptions? options = null)
        : this(TableService.From(connectionString, options))
    {
    }

    /// <param name="endpoint">Such as <c>https://account.table.core.windows.net</c>.</param>
    /// <param name="credential">The account's key.</param>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, null)
    {
    }

    /// <inheritdoc cref="TableServiceClient(Uri, TableSharedKeyCredential)"/>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
        : this(TableService.From(endpoint, credential, options))
    {
    }

    /// <param name="endpoint">Such as <c>https://account.table.core.windows.net</c>; it must be https.</param>
    /// <param name="tokenCredential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableService.From(endpoint, tokenCredential, options))
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected TableServiceClient()
    {
    }

    private TableServiceClient(TableService service)
    {
        _service = service;
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _service.AccountName;

    /// <summary>Where the service is.</summary>
    public virtual Uri Uri => new(_service.Address);

    /// <summary>A client of one table, which need not exist yet; it shares this client's connections.</summary>
    public virtual TableClient GetTableClient(string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return new TableClient(_service, tableName);
    }

    /// <summary>Creates a table unless it is there.</summary>
    /// <exception cref="RequestFailedException">The service refused, as for a name that is not allowed.</exception>
    public virtual async Task<Response<TableItem>> CreateTableIfNotExistsAsync(
        string tableName,
        CancellationToken cancellationToken = default) =>
        await GetTableClient(tableName).CreateIfNotExistsAsync(cancellationToken);
}
