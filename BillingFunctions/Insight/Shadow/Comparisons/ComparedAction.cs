using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>An action of ours, what the other system did, or both.</summary>
/// <param name="Group">What it is: kind, subject and operation.</param>
/// <param name="Index">Which of its group, from 0.</param>
/// <param name="Here">Ours; null when only the other system did it.</param>
/// <param name="There">The other system's; null when only we would have done it.</param>
internal sealed record ComparedAction(ShadowPlace Group, int Index, ShadowAction? Here, ComparisonRow? There)
{
    public ComparisonResult Result => (Here, There) switch
    {
        (not null, null) => ComparisonResult.OnlyHere,
        (null, not null) => ComparisonResult.OnlyThere,
        ({ } here, { } there) when there.HasAmountOf(here) => ComparisonResult.Same,
        _ => ComparisonResult.AmountDiffers,
    };

    public (ShadowKind Kind, ShadowOperation Operation) Operation => Here is { } here ? (here.Kind, here.Operation) : (There!.Kind, There.Operation);
}

/// <summary>How two systems differ in one thing.</summary>
public enum ComparisonResult
{
    /// <summary>Both did it, with the same amount.</summary>
    Same,

    /// <summary>The other system did not do it.</summary>
    OnlyHere,

    /// <summary>Only the other system did it.</summary>
    OnlyThere,

    /// <summary>Both did it, with different amounts or currencies.</summary>
    AmountDiffers,
}

/// <summary>Puts what two systems did side by side.</summary>
internal static class ActionPairs
{
    /// <summary>Merges two lists, each in the order of <see cref="ShadowPlace"/>.</summary>
    /// <param name="here">What this app has recorded.</param>
    /// <param name="there">What the other system did.</param>
    public static async IAsyncEnumerable<ComparedAction> MergeAsync(IAsyncEnumerable<ShadowAction> here, IAsyncEnumerable<ComparisonRow> there)
    {
        await using var ours = GroupAsync(here, action => ShadowActions.GroupOf(action.Kind, action.Operation, action.Subject)).GetAsyncEnumerator();
        await using var theirs = GroupAsync(there, row => row.Group).GetAsyncEnumerator();
        var (hasOurs, hasTheirs) = (await ours.MoveNextAsync(), await theirs.MoveNextAsync());
        while (hasOurs || hasTheirs)
        {
            var order = !hasOurs ? 1 : !hasTheirs ? -1 : ShadowPlace.Compare(ours.Current.Group, theirs.Current.Group);
            foreach (var pair in Pair(order <= 0 ? ours.Current.Group : theirs.Current.Group, order <= 0 ? ours.Current.Members : [], order >= 0 ? theirs.Current.Members : []))
            {
                yield return pair;
            }

            hasOurs = order <= 0 ? await ours.MoveNextAsync() : hasOurs;
            hasTheirs = order >= 0 ? await theirs.MoveNextAsync() : hasTheirs;
        }
    }

    /// <summary>Pairs what is about the same subject and operation: first what has the same amount, then what may be the same otherwise.</summary>
    public static IReadOnlyList<ComparedAction> Pair(ShadowPlace group, IReadOnlyList<ShadowAction> here, IReadOnlyList<ComparisonRow> there)
    {
        var (pairs, left) = (new ComparisonRow?[here.Count], there.ToList());
        Match((row, action) => row.MayBe(action) && row.HasAmountOf(action));
        Match((row, action) => row.MayBe(action));
        return
        [
            .. here.Select((action, index) => new ComparedAction(group, index, action, pairs[index])),
            .. left.Select((row, index) => new ComparedAction(group, here.Count + index, Here: null, row)),
        ];

        void Match(Func<ComparisonRow, ShadowAction, bool> isMatch)
        {
            for (var index = 0; index < here.Count; index++)
            {
                if (pairs[index] is null && left.FirstOrDefault(row => isMatch(row, here[index])) is { } found)
                {
                    pairs[index] = found;
                    left.Remove(found);
                }
            }
        }
    }

    private static async IAsyncEnumerable<(ShadowPlace Group, List<T> Members)> GroupAsync<T>(IAsyncEnumerable<T> sorted, Func<T, ShadowPlace> groupOf)
    {
        var (group, members) = ((ShadowPlace?)null, new List<T>());
        await foreach (var item in sorted)
        {
            var next = groupOf(item);
            if (group is not null && next != group)
            {
                yield return (group, members);
                members = [];
            }

            group = next;
            members.Add(item);
        }

        if (group is not null)
        {
            yield return (group, members);
        }
    }
}
