using Azure.Core;
using Azure.Data.Tables.Models;
using BillingFunctions.Local.Storage.Tables;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>Inserts an entity.</summary>
    /// <exception cref="RequestFailedException">It is there (409, <see cref="TableErrorCode.EntityAlreadyExists"/>), or over a limit (400).</exception>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        var message = _service.Message(RequestMethod.Post, _path);
        message.Request.Headers.Add("Prefer", "return-no-content");
        TableService.SetJson(message.Request, EntityJson.Write(entity));
        return await _service.SendAsync(message, 204, alsoFine: 201, cancellationToken);
    }

    /// <summary>Reads one entity.</summary>
    /// <exception cref="RequestFailedException">It is not there (404, <see cref="TableErrorCode.ResourceNotFound"/>).</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await _service.SendAsync(Get(partitionKey, rowKey, select), 200, alsoFine: 200, cancellationToken);
        return Response.FromValue(EntityJson.Read<T>(response.Content.ToMemory().Span), response);
    }

    /// <summary>Reads one entity, if it is there.</summary>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await _service.SendAsync(Get(partitionKey, rowKey, select), 200, alsoFine: 404, cancellationToken);
        return response.Status == 404
            ? new NoEntity<T>(response)
            : Response.FromValue(EntityJson.Read<T>(response.Content.ToMemory().Span), response);
    }

    /// <summary>Changes an entity that is there.</summary>
    /// <param name="entity">The entity; its own ETag is not looked at.</param>
    /// <param name="ifMatch">The version that must be stored; <see cref="ETag.All"/> for any.</param>
    /// <param name="mode">What happens to stored properties that <paramref name="entity"/> does not name.</param>
    /// <param name="cancellationToken">Stops waiting; the change may have been made.</param>
    /// <exception cref="ArgumentException"><paramref name="ifMatch"/> is default.</exception>
    /// <exception cref="RequestFailedException">
    /// Another version is stored (412, <see cref="TableErrorCode.UpdateConditionNotSatisfied"/>), none is (404), or it is over a limit (400).
    /// </exception>
    public virtual async Task<Response> UpdateEntityAsync<T>(
        T entity,
        ETag ifMatch,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        if (ifMatch == default)
        {
            throw new ArgumentException("Value cannot be empty.", nameof(ifMatch));
        }

        return await _service.SendAsync(Put(entity, mode, ifMatch), 204, alsoFine: 204, cancellationToken);
    }

    /// <summary>Inserts an entity, or changes whatever version is there.</summary>
    /// <exception cref="RequestFailedException">The entity is over a limit (400).</exception>
    public virtual async Task<Response> UpsertEntityAsync<T>(
        T entity,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default)
        where T : ITableEntity =>
        await _service.SendAsync(Put(entity, mode, ifMatch: default), 204, alsoFine: 204, cancellationToken);

    /// <summary>Deletes an entity; one that is not there is fine (the response says 404).</summary>
    /// <param name="partitionKey">Its partition.</param>
    /// <param name="rowKey">Its key there.</param>
    /// <param name="ifMatch">The version that must be stored; default for any.</param>
    /// <param name="cancellationToken">Stops waiting; the entity may have been deleted.</param>
    /// <exception cref="RequestFailedException">Another version is stored (412).</exception>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey,
        string rowKey,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default)
    {
        var message = _service.Message(RequestMethod.Delete, EntityPath(partitionKey, rowKey));
        message.Request.Headers.Add("If-Match", ifMatch == default ? "*" : ifMatch.ToString());
        return await _service.SendAsync(message, 204, alsoFine: 404, cancellationToken);
    }

    /// <inheritdoc cref="DeleteEntityAsync(string, string, ETag, CancellationToken)"/>
    /// <param name="entity">The entity; its own ETag is not looked at.</param>
    /// <param name="ifMatch">The version that must be stored; default for any.</param>
    /// <param name="cancellationToken">Stops waiting; the entity may have been deleted.</param>
    public virtual async Task<Response> DeleteEntityAsync(
        ITableEntity entity,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return await DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    private HttpMessage Get(string partitionKey, string rowKey, IEnumerable<string>? select)
    {
        var query = select is null ? string.Empty : "?$select=" + System.Uri.EscapeDataString(string.Join(',', select));
        return _service.Message(RequestMethod.Get, EntityPath(partitionKey, rowKey) + query);
    }

    private HttpMessage Put(ITableEntity entity, TableUpdateMode mode, ETag ifMatch)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var method = mode switch
        {
            TableUpdateMode.Replace => RequestMethod.Put,
            TableUpdateMode.Merge => RequestMethod.Patch,
            _ => throw new ArgumentException($"Unexpected value for mode: {mode}", nameof(mode)),
        };
        var json = EntityJson.Write(entity);
        var message = _service.Message(method, EntityPath(entity.PartitionKey, entity.RowKey));
        if (ifMatch != default)
        {
            message.Request.Headers.Add("If-Match", ifMatch.ToString());
        }

        TableService.SetJson(message.Request, json);
        return message;
    }

    private string EntityPath(string partitionKey, string rowKey)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        return _path + EntityAddress.Of(partitionKey, rowKey);
    }
}
