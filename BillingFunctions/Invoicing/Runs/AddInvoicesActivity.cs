using System.Collections.Concurrent;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>A page of customers to be billed.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="RunStartedAt">When the run started.</param>
/// <param name="After">The last customer of the page before.</param>
public sealed record AddInvoices(string Month, DateTimeOffset RunStartedAt, string? After) : IRequest
{
    string IRequest.Key => $"add {After}";
}

/// <summary>What came of an <see cref="AddInvoices"/>.</summary>
/// <param name="After">The last customer that was looked at.</param>
/// <param name="More">Whether there may be customers behind it.</param>
/// <param name="Customers">How many were looked at; none when the queues are full.</param>
/// <param name="Added">How many invoices the run has added.</param>
/// <param name="NotBilled">How many customers are not billed.</param>
/// <param name="Pace">How long the page keeps the amount API busy: the next one is to begin that much after this one.</param>
public sealed record InvoicesAdded(string? After, bool More, int Customers, int Added, int NotBilled, TimeSpan Pace);

/// <summary>
/// Adds the invoices of a page of customers and queues their lookups, as far as the queues have room. May run twice: what is there is not added again,
/// and a lookup is queued again only for an invoice that has no amount.
/// </summary>
public sealed class AddInvoicesActivity(
    BilledCustomers customers, MonthlyInvoiceStore store, InvoiceQueues queues, QueueRoom queueRoom, IOptions<AmountsOptions> amounts, TimeProvider time)
{
    private static readonly TimeSpan NoRoom = TimeSpan.FromSeconds(1);

    [Function(nameof(AddInvoicesActivity))]
    public async Task<Answer<InvoicesAdded>> RunAsync([ActivityTrigger] AddInvoices page, CancellationToken cancellationToken)
    {
        Edge.About("month", page.Month);
        return Answer.To(page, await queueRoom.InLineAsync(room => AddAsync(page, room, cancellationToken), cancellationToken));
    }

    private async Task<InvoicesAdded> AddAsync(AddInvoices page, int room, CancellationToken cancellationToken)
    {
        if (room == 0)
        {
            return new InvoicesAdded(page.After, More: true, 0, 0, 0, NoRoom);
        }

        var month = BillingMonth.Parse(page.Month);
        var found = await customers.ListAsync(page.After, Transactions.MaxRows, cancellationToken);
        var taken = TakeBilled(found, month, room);
        var written = new ConcurrentBag<InvoicePage>();
        await Parallel.ForEachAsync(taken.GroupBy(customer => TableKey.Bucket(customer.Id)), cancellationToken, async (bucket, token) =>
            written.Add(await WriteAsync(month, page.RunStartedAt, bucket.Key, [.. bucket], token)));
        var lookups = written.SelectMany(bucket => bucket.Lookups).ToList();
        await queues.EnqueueAsync(lookups.Select(customer => new InvoiceLookup(page.Month, customer)), cancellationToken);
        var more = taken.Count < found.Count || found.Count == Transactions.MaxRows;
        return new InvoicesAdded(
            taken.Count == 0 ? page.After : taken[^1].Id, more, taken.Count, written.Sum(bucket => bucket.Added), written.Sum(bucket => bucket.NotBilled), PaceOf(lookups.Count));
    }

    /// <summary>As many customers as come before there is no room for one that is billed.</summary>
    private static IReadOnlyList<BilledCustomer> TakeBilled(IReadOnlyList<BilledCustomer> found, BillingMonth month, int room)
    {
        var billed = 0;
        return [.. found.TakeWhile(customer => customer.ReasonNotBilled(month) is not null || ++billed <= room)];
    }

    private async Task<InvoicePage> WriteAsync(
        BillingMonth month, DateTimeOffset runStartedAt, string bucket, IReadOnlyList<BilledCustomer> page, CancellationToken cancellationToken)
    {
        // Most runs meet a month without invoices: what is there is read only when it turns out that something is.
        var plan = InvoicePage.Plan(month, page, new Dictionary<string, MonthlyInvoice>(), runStartedAt, time.GetUtcNow());
        while (!await store.TryWriteAsync(plan.Writes, cancellationToken))
        {
            var existing = await store.ReadAsync(month.ToString(), bucket, page[0].Id, page[^1].Id, cancellationToken)
                .ToDictionaryAsync(invoice => invoice.CustomerId, StringComparer.Ordinal, cancellationToken);
            plan = InvoicePage.Plan(month, page, existing, runStartedAt, time.GetUtcNow());
        }

        return plan;
    }

    private TimeSpan PaceOf(int lookups) => amounts.Value.Limit is var limit ? limit.Window * lookups / limit.Permits : default;
}
