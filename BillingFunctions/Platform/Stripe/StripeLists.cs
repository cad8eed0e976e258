using System.Runtime.CompilerServices;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Reads Stripe's lists to their end. The SDK's own way takes an empty page for the end, whatever it says.</summary>
internal static class StripeLists
{
    /// <summary>All items, page by page, each page when it is needed.</summary>
    /// <param name="options">What is listed; its <c>starting_after</c> moves on.</param>
    /// <param name="list">The call for one page.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="StripeListException">A page contradicts itself, or comes again.</exception>
    public static async IAsyncEnumerable<T> AllAsync<T, TOptions>(
        TOptions options, Func<TOptions, Task<StripeList<T>>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IStripeEntity, IHasId
        where TOptions : ListOptions
    {
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await list(options);
            foreach (var item in page.Data)
            {
                yield return item;
            }

            options.StartingAfter = StripePage.NextOf([.. page.Data.Select(item => item.Id)], page.HasMore, options.StartingAfter);
            if (options.StartingAfter is { } next && !cursors.Add(next))
            {
                throw new StripeListException($"Stripe's list came to {next} a second time: it would never end.");
            }
        }
        while (options.StartingAfter is not null);
    }
}
