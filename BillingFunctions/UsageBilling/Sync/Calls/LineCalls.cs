using System.Globalization;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>Lines of drafts at Stripe. Each carries the item's id in its metadata: the key by which lines are compared.</summary>
public sealed class LineCalls(StripeClients stripe, ShadowCalls shadow)
{
    public const string ItemKey = StripeMetadata.UsageItem;

    /// <summary>As Stripe allows.</summary>
    private const int MaxDescription = 500;

    private InvoiceService Invoices => stripe.For(StripeLane.ItemSync).V1.Invoices;

    private InvoiceLineItemService Lines => stripe.For(StripeLane.ItemSync).V1.Invoices.LineItems;

    /// <summary>Adds lines, all or none.</summary>
    internal async Task<AddedLines> AddAsync(string stripeInvoiceId, IReadOnlyList<UsageItem> items, string attempt, CancellationToken cancellationToken)
    {
        var key = KeyOf("add", attempt, stripeInvoiceId, items);
        if (shadow.AreOn)
        {
            return new AddedLines(await shadow.AddLinesAsync(stripeInvoiceId, items, key, cancellationToken), RequestId: null);
        }

        var lines = items.Select(item => LineOf(item)).ToList();
        var invoice = await Invoices.AddLinesAsync(stripeInvoiceId, new InvoiceAddLinesOptions { Lines = lines }, new RequestOptions { IdempotencyKey = key }, cancellationToken);
        var shown = (invoice.Lines?.Data ?? []).Select(Read).Where(line => line.ItemId is not null).DistinctBy(line => line.ItemId).ToDictionary(line => line.ItemId!, line => line.Id);
        return new AddedLines(shown, invoice.StripeResponse?.RequestId);
    }

    /// <summary>Gives lines other amounts and texts.</summary>
    /// <param name="stripeInvoiceId">Their invoice, a draft.</param>
    /// <param name="items">The items, each with the id of its line.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The id of the request, <c>req_…</c>; null when none was made.</returns>
    internal async Task<string?> UpdateAsync(string stripeInvoiceId, IReadOnlyList<(UsageItem Item, string LineId)> items, string attempt, CancellationToken cancellationToken)
    {
        List<UsageItem> changed = [.. items.Select(one => one.Item)];
        var key = KeyOf("update", attempt, stripeInvoiceId, changed);
        if (shadow.AreOn)
        {
            await shadow.UpdateLinesAsync(stripeInvoiceId, changed, key, cancellationToken);
            return null;
        }

        var options = new InvoiceUpdateLinesOptions { Lines = [.. items.Select(one => LineOf(one.Item, one.LineId))] };
        return (await Invoices.UpdateLinesAsync(stripeInvoiceId, options, new RequestOptions { IdempotencyKey = key }, cancellationToken)).StripeResponse?.RequestId;
    }

    /// <summary>Removes lines, all or none; nothing is called when there are none.</summary>
    /// <returns>The id of the request, <c>req_…</c>; null when none was made.</returns>
    internal async Task<string?> RemoveAsync(string stripeInvoiceId, IReadOnlyList<string> lineIds, string attempt, CancellationToken cancellationToken)
    {
        if (lineIds.Count == 0)
        {
            return null;
        }

        var key = IdempotencyKeys.Of("remove", attempt, new { stripeInvoiceId, lineIds });
        if (shadow.AreOn)
        {
            await shadow.RemoveLinesAsync(stripeInvoiceId, lineIds, key, cancellationToken);
            return null;
        }

        var options = new InvoiceRemoveLinesOptions { Lines = [.. lineIds.Select(id => new InvoiceLineOptions { Id = id, Behavior = "delete" })] };
        return (await Invoices.RemoveLinesAsync(stripeInvoiceId, options, new RequestOptions { IdempotencyKey = key }, cancellationToken)).StripeResponse?.RequestId;
    }

    /// <summary>All lines of an invoice; none when it is gone.</summary>
    internal async Task<IReadOnlyList<StripeLine>> ListAllAsync(string stripeInvoiceId, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(stripeInvoiceId, after: null, cancellationToken).ToListAsync(cancellationToken);
        }
        catch (StripeException gone) when (gone.StripeError?.Code == "resource_missing")
        {
            return [];
        }
    }

    /// <summary>The lines of an invoice.</summary>
    /// <param name="stripeInvoiceId">The invoice.</param>
    /// <param name="after">The id of the line behind which to begin; null for the first.</param>
    /// <param name="cancellationToken">Cancels the calls; there is one for a hundred lines.</param>
    internal IAsyncEnumerable<StripeLine> ListAsync(string stripeInvoiceId, string? after, CancellationToken cancellationToken)
    {
        var options = new InvoiceLineItemListOptions { Limit = 100, StartingAfter = after };
        return shadow.AreOn
            ? shadow.ListLinesAsync(stripeInvoiceId, after, cancellationToken)
            : StripeLists.AllAsync(options, page => Lines.ListAsync(stripeInvoiceId, page, cancellationToken: cancellationToken), cancellationToken).Select(Read);
    }

    private static StripeLine Read(InvoiceLineItem line) => new(line.Id, line.Metadata?.GetValueOrDefault(ItemKey), line.Amount, line.Currency);

    private static InvoiceLineOptions LineOf(UsageItem item, string? lineId = null)
    {
        var line = item.Line;
        var metadata = new Dictionary<string, string> { [ItemKey] = item.Id, ["occurred_at"] = line.OccurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
        Add("quantity", line.Quantity?.ToString(CultureInfo.InvariantCulture));
        Add("product", line.Product);

        return new InvoiceLineOptions
        {
            Id = lineId,
            Amount = line.Amount,
            Description = ShortText.BeginningOf(line.Description ?? line.Product ?? "Usage", MaxDescription),
            Metadata = metadata,
            Period = new InvoiceLinePeriodOptions { Start = line.OccurredAt.UtcDateTime, End = line.OccurredAt.UtcDateTime },
        };

        // Stripe keeps what a change of metadata does not name; an empty value takes it away.
        void Add(string name, string? value)
        {
            if (value is not null || lineId is not null)
            {
                metadata[name] = value ?? "";
            }
        }
    }

    /// <summary>With the time of the change: an item that gets a former amount again is another call.</summary>
    private static string KeyOf(string call, string attempt, string stripeInvoiceId, IEnumerable<UsageItem> items) =>
        IdempotencyKeys.Of(call, attempt, new { stripeInvoiceId, Items = items.Select(item => new { item.Id, item.Line, item.UpdatedAt }) });
}

/// <summary>What came of a call that added lines.</summary>
/// <param name="Shown">The ids of those lines that Stripe shows in its answer, by the item's id: it shows the first few of the invoice.</param>
/// <param name="RequestId">The id of the request, <c>req_…</c>.</param>
internal sealed record AddedLines(IReadOnlyDictionary<string, string> Shown, string? RequestId);

/// <summary>A line at Stripe.</summary>
/// <param name="Id"><c>il_…</c>.</param>
/// <param name="ItemId">The item that it is; null when it is none of ours.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Currency">Three letters, lower case.</param>
internal sealed record StripeLine(string Id, string? ItemId, long Amount, string Currency);
