using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync.Calls;

namespace BillingFunctions.UsageBilling.Sync.Closing;

/// <summary>Whether Stripe's lines are what they should be. Pure.</summary>
/// <param name="Difference">Each item whose line is missing, doubled, of another amount, or of no item of ours; empty when all is as it should be.</param>
/// <param name="Foreign">How many lines carry no key of ours, such as taxes: they do not count against the invoice.</param>
/// <param name="ForeignAmount">What they amount to.</param>
internal sealed record InvoiceProof(IReadOnlyList<LineDifference> Difference, int Foreign, long ForeignAmount)
{
    /// <summary>In characters: a row has room for some dozens of them.</summary>
    private const int MaxError = 200;

    /// <summary>Compares key by key.</summary>
    public static InvoiceProof From(IReadOnlyList<UsageItem> items, IReadOnlyList<StripeLine> lines, string currency)
    {
        var (ours, foreign) = (lines.Where(line => line.ItemId is not null).ToLookup(line => line.ItemId!), lines.Where(line => line.ItemId is null).ToList());
        var expected = items.Where(item => !item.IsDeleted || item.Sent is { Credited: not 0 }).ToDictionary(item => item.Id);
        var difference = expected.Values.Select(item => Compare(item, [.. ours[item.Id]], currency)).OfType<LineDifference>()
            .Concat(ours.Where(found => !expected.ContainsKey(found.Key)).Select(found => new LineDifference(found.Key, $"Stripe has a line of {found.Sum(line => line.Amount)} {currency}, and there is no such item.")));
        return new InvoiceProof([.. difference], foreign.Count, foreign.Sum(line => line.Amount));
    }

    private static LineDifference? Compare(UsageItem item, IReadOnlyList<StripeLine> found, string currency) => found switch
    {
        [] => new(item.Id, $"{new Money(item.Line.Amount, currency)} is missing at Stripe ({item.SyncStatus.ToString().ToLowerInvariant()}{(item.Error is null ? "" : $": {ShortText.Of(item.Error, MaxError)}")})."),
        [var line] when line.Amount - (item.Sent?.Credited ?? 0) == (item.IsDeleted ? 0 : item.Line.Amount) => null,
        [var line] => new(item.Id, $"Stripe has {new Money(line.Amount, currency)} instead of {new Money(item.Line.Amount, currency)}."),
        _ => new(item.Id, $"Stripe has {found.Count} lines of it."),
    };
}

/// <summary>A line at Stripe that is not as it should be.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="What">How it differs.</param>
internal sealed record LineDifference(string ItemId, string What)
{
    public override string ToString() => $"{ItemId}: {What}";
}
