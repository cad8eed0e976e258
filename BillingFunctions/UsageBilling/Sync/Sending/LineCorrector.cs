using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Changes and removes lines that Stripe has. On an invoice that is no draft any more, what is too much is credited; more cannot be asked for there.</summary>
public sealed class LineCorrector(LineCalls lines, InvoiceCalls invoices, CreditCalls credits, OutcomeRecorder recorder)
{
    /// <inheritdoc cref="LineSender.AddAsync(SenderRun, IReadOnlyList{OutboxEntry}, bool, CancellationToken)"/>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="change">Whether the lines are changed or removed.</param>
    /// <param name="entries">Of one invoice at Stripe, and as often tried.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<(IReadOnlyList<OutboxEntry> Entries, CallFailure? Failure)> CorrectAsync(
        SenderLease lease, LineChange change, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var stripeInvoiceId = entries[0].Item!.Sent!.StripeInvoiceId;
        var current = entries;
        try
        {
            var status = await invoices.StatusOfAsync(stripeInvoiceId, cancellationToken);
            if (status is null && change == LineChange.Remove)
            {
                // The invoice was deleted at Stripe, and its lines with it.
                await recorder.DoneAsync(lease, [.. entries.Select(entry => (entry, (SentLine?)null))], invoice: null, cancellationToken);
                return ([], null);
            }

            if (status == "draft")
            {
                await (change == LineChange.Update ? UpdateAsync(lease, stripeInvoiceId, entries, cancellationToken) : RemoveAsync(lease, stripeInvoiceId, entries, cancellationToken));
                return ([], null);
            }

            foreach (var entry in entries)
            {
                current = [entry];
                await CreditAsync(lease, entry, status, cancellationToken);
            }

            return ([], null);
        }
        catch (LineGoneException gone)
        {
            // The others are changed in the next step.
            return ([gone.Entry], new CallFailure(FailureKind.Refused, gone.Message));
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            return (current, failure);
        }
    }

    private async Task UpdateAsync(SenderLease lease, string stripeInvoiceId, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var ids = await LineIdsAsync(stripeInvoiceId, entries, cancellationToken);
        if (entries.FirstOrDefault(entry => !ids.ContainsKey(entry.Subject)) is { } gone)
        {
            throw new LineGoneException(gone, stripeInvoiceId);
        }

        var requestId = await lines.UpdateAsync(stripeInvoiceId, [.. entries.Select(entry => (entry.Item!, ids[entry.Subject]))], entries[0].CallKeyPart, cancellationToken);
        await recorder.DoneAsync(
            lease, [.. entries.Select(entry => (entry, (SentLine?)new SentLine(stripeInvoiceId, ids[entry.Subject], entry.Item!.Line.Amount)))], invoice: null, cancellationToken, requestId: requestId);
    }

    /// <summary>What is not there need not be removed.</summary>
    private async Task RemoveAsync(SenderLease lease, string stripeInvoiceId, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var ids = await LineIdsAsync(stripeInvoiceId, entries, cancellationToken);
        string? requestId;
        try
        {
            requestId = await lines.RemoveAsync(stripeInvoiceId, [.. ids.Values], entries[0].CallKeyPart, cancellationToken);
        }
        catch (StripeException missing) when (missing.StripeError?.Code == "resource_missing")
        {
            // Somebody has removed it by hand, or a call of ours whose answer was lost has.
            ids = await LineIdsAsync(stripeInvoiceId, entries, cancellationToken, isListed: true);
            requestId = await lines.RemoveAsync(stripeInvoiceId, [.. ids.Values], entries[0].CallKeyPart, cancellationToken);
        }

        await recorder.DoneAsync(lease, [.. entries.Select(entry => (entry, (SentLine?)null))], invoice => WithFewer(invoice, stripeInvoiceId, ids.Count), cancellationToken, requestId: requestId);
    }

    private async Task CreditAsync(SenderLease lease, OutboxEntry entry, string? status, CancellationToken cancellationToken)
    {
        var item = entry.Item!;
        var (has, isToHave) = (item.Sent!.Amount, item.IsDeleted ? 0 : item.Line.Amount);
        if (status is null or "void")
        {
            throw new NotPossibleException($"The invoice {item.Sent.StripeInvoiceId} is {status ?? "gone"} at Stripe.");
        }

        if (isToHave > has)
        {
            throw new NotPossibleException($"The invoice {item.Sent.StripeInvoiceId} is {status} at Stripe: {isToHave - has} more cannot be put on it. Add an item to a later invoice.");
        }

        if (isToHave < has)
        {
            await credits.CreditAsync(item, has - isToHave, status == "paid", entry.CallKeyPart, cancellationToken);
        }

        await recorder.DoneAsync(lease, [(entry, item.Sent with { Amount = isToHave, Credited = item.Sent.Credited + has - isToHave })], invoice: null, cancellationToken);
    }

    /// <summary>The ids of the lines by item: as they are known, else as Stripe lists them.</summary>
    private async Task<Dictionary<string, string>> LineIdsAsync(
        string stripeInvoiceId, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken, bool isListed = false)
    {
        if (!isListed && entries.All(entry => entry.Item!.Sent!.LineId is not null))
        {
            return entries.ToDictionary(entry => entry.Subject, entry => entry.Item!.Sent!.LineId!);
        }

        var wanted = entries.Select(entry => entry.Subject).ToHashSet();
        return await lines.ListAsync(stripeInvoiceId, after: null, cancellationToken)
            .Where(line => line.ItemId is not null && wanted.Contains(line.ItemId))
            .ToDictionaryAsync(line => line.ItemId!, line => line.Id, cancellationToken: cancellationToken);
    }


    private static UsageInvoice WithFewer(UsageInvoice invoice, string stripeInvoiceId, int removed) => invoice with
    {
        StripeInvoices = [.. invoice.StripeInvoices.Select(draft => draft.Id == stripeInvoiceId ? draft with { Lines = Math.Max(0, draft.Lines - removed), LastLineId = null } : draft)],
    };
}

/// <summary>A line that is to be changed is not there any more.</summary>
internal sealed class LineGoneException(OutboxEntry entry, string stripeInvoiceId) : Exception($"Stripe has no line of {entry.Subject} on {stripeInvoiceId} any more.")
{
    public OutboxEntry Entry => entry;
}
