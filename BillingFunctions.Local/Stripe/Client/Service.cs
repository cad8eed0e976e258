using System.Runtime.CompilerServices;

namespace Stripe;

/// <summary>What the services of all resources share.</summary>
public abstract class Service
{
    private readonly IStripeClient _client;

    protected Service(IStripeClient client) => _client = client;

    internal Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken)
        where T : IStripeEntity
        => _client.RequestAsync<T>(method, path, options, requestOptions, cancellationToken);

    /// <summary>Goes through all pages; backwards when only <see cref="ListOptions.EndingBefore"/> is set.</summary>
    internal async IAsyncEnumerable<T> ListAllAsync<T>(
        string path, ListOptions? options, RequestOptions? requestOptions, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IStripeEntity, IHasId
    {
        var next = options is null ? new ListOptions() : (ListOptions)options.Clone();
        var backwards = !string.IsNullOrEmpty(next.EndingBefore) && string.IsNullOrEmpty(next.StartingAfter);
        StripeList<T> page;
        do
        {
            page = await RequestAsync<StripeList<T>>(HttpMethod.Get, path, next, requestOptions, cancellationToken);
            if (backwards)
            {
                page.Reverse();
            }

            foreach (var item in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return item;
            }
        }
        while (page.HasMore && MoveOn(next, page, backwards));
    }

    private static bool MoveOn<T>(ListOptions options, StripeList<T> page, bool backwards)
        where T : IStripeEntity, IHasId
    {
        var last = page.Data.LastOrDefault()?.Id;
        (options.StartingAfter, options.EndingBefore) = backwards ? (options.StartingAfter, last) : (last, options.EndingBefore);
        return !string.IsNullOrEmpty(last);
    }
}
