using Azure.Core;
using Azure.Data.Tables.Models;
using BillingFunctions.Local.Storage.Tables;

namespace Azure.Data.Tables;

/// <summary>One table. Safe to share between threads; make one and keep it.</summary>
public partial class TableClient
{
    private readonly TableService _service = null!;
    private readonly string _path = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    /// <param name="tableName">The table, which need not exist yet.</param>
    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    /// <inheritdoc cref="TableClient(string, string)"/>
    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(TableService.From(connectionString, options), tableName)
    {
    }

    /// <param name="endpoint">Such as <c>https://account.table.core.windows.net</c>.</param>
    /// <param name="tableName">The table, which need not exist yet.</param>
    /// <param name="credential">The account's key.</param>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    /// <inheritdoc cref="TableClient(Uri, string, TableSharedKeyCredential)"/>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(TableService.From(endpoint, credential, options), tableName)
    {
    }

    /// <param name="endpoint">Such as <c>https://account.table.core.windows.net</c>; it must be https.</param>
    /// <param name="tableName">The table, which need not exist yet.</param>
    /// <param name="tokenCredential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableService.From(endpoint, tokenCredential, options), tableName)
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected TableClient()
    {
    }

    internal TableClient(TableService service, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _service = service;
        _path = "/" + System.Uri.EscapeDataString(tableName);
        Name = tableName;
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _service.AccountName;

    /// <summary>The table's name.</summary>
    public virtual string Name { get; } = null!;

    /// <summary>Where the table is.</summary>
    public virtual Uri Uri => new(_service.Address + _path);

    /// <summary>Creates the table.</summary>
    /// <exception cref="RequestFailedException">It is there (409, <see cref="TableErrorCode.TableAlreadyExists"/>), or the service refused.</exception>
    public virtual async Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) =>
        Response.FromValue(new TableItem(Name), await _service.CreateTableAsync(Name, alsoFine: 204, cancellationToken));

    /// <summary>Creates the table unless it is there.</summary>
    /// <exception cref="RequestFailedException">The service refused, as while the table is still being deleted.</exception>
    public virtual async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        var response = await _service.CreateTableAsync(Name, alsoFine: 409, cancellationToken);
        if (response.Status == 409 && new RequestFailedException(response) is var refusal && refusal.ErrorCode != TableErrorCode.TableAlreadyExists)
        {
            throw refusal;
        }

        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Deletes the table with all that is in it; one that is not there is fine (the response says 404).</summary>
    public virtual async Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        await _service.SendAsync(_service.Message(RequestMethod.Delete, $"/Tables('{Name}')"), 204, alsoFine: 404, cancellationToken);
}
