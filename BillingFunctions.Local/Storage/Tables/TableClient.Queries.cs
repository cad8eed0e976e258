using System.Linq.Expressions;
using BillingFunctions.Local.Storage.Tables;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>Finds entities. Only the two keys are indexed: any other condition reads through the table.</summary>
    /// <param name="filter">
    /// Comparisons of properties with values, joined by and, or, not. Texts compare by <c>==</c>, Equals, Compare and CompareTo.
    /// </param>
    /// <param name="maxPerPage">1 to 1000 entities a page; null for 1000.</param>
    /// <param name="select">The properties to return; null for all.</param>
    /// <param name="cancellationToken">Stops between and in requests.</param>
    /// <exception cref="NotSupportedException">The filter has something tables cannot compute.</exception>
    public virtual AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter,
        int? maxPerPage = null,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity =>
        QueryAsync<T>(FilterTranslator.Translate(filter), maxPerPage, select, cancellationToken);

    /// <summary>Finds entities. Only the two keys are indexed: any other condition reads through the table.</summary>
    /// <param name="filter">An OData filter, best made by <see cref="CreateQueryFilter(FormattableString)"/>; null for all.</param>
    /// <param name="maxPerPage">1 to 1000 entities a page; null for 1000.</param>
    /// <param name="select">The properties to return; null for all.</param>
    /// <param name="cancellationToken">Stops between and in requests.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null,
        int? maxPerPage = null,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity =>
        new EntityPages<T>(_service, _path, filter, maxPerPage, select, cancellationToken);

    /// <summary>An OData filter whose values are written, quoted and escaped by their type.</summary>
    public static string CreateQueryFilter(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return FilterValues.Format(filter);
    }

    /// <summary>An OData filter from an expression.</summary>
    /// <exception cref="NotSupportedException">The filter has something tables cannot compute.</exception>
    public static string CreateQueryFilter<T>(Expression<Func<T, bool>> filter) => FilterTranslator.Translate(filter)!;

    /// <summary>Makes all changes or none. All entities must be of one partition, each named once; at most 100 actions and 4 MiB.</summary>
    /// <returns>A response for each action, in order; its headers hold the new ETag.</returns>
    /// <exception cref="TableTransactionFailedException">An action was refused; see its index and error code.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="transactionActions"/> is empty.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        var body = new TransactionBody(_service.Address + _path);
        foreach (var action in transactionActions)
        {
            body.Add(action);
        }

        return await Transaction.SendAsync(_service, body, cancellationToken);
    }
}
