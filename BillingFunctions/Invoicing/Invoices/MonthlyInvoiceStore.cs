using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using Polly;
using Polly.Retry;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// The invoices in <c>MonthlyInvoices</c>, and what belongs to them: their messages and failed jobs. The only writer of the table. It loads an invoice, has
/// <see cref="InvoiceTransitions"/> decide, compares and swaps, and carries out the effects.
/// </summary>
public sealed class MonthlyInvoiceStore(TableServiceClient tables, QueueServiceClient queues, FailedJobStore failedJobs, InvoicePolicy policy, TimeProvider time) : IDisposable
{
    public const string Table = "MonthlyInvoices";

    private const int Parallelism = 16;

    /// <summary>Storage hides a message for a week at most, and then drops it. One that comes before its time is put back.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(6);

    /// <summary>The waits between tries of a write, ten seconds in all. The outcome of a mail is lost if it cannot be written before the process ends.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)];

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly QueueClient _lookups = queues.GetQueueClient(InvoiceLookup.Queue);
    private readonly QueueClient _emails = queues.GetQueueClient(InvoiceEmail.Queue);
    private readonly SemaphoreSlim _reserving = new(1);
    private readonly ResiliencePipeline _patiently = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = Pauses.Length, DelayGenerator = retry => new(Pauses[retry.AttemptNumber]) })
        .Build();

    public void Dispose() => _reserving.Dispose();

    /// <summary>Whether there can be such an invoice.</summary>
    internal static bool IsKey(string month, string customerId) => BillingMonth.TryParse(month, out _) && TableKey.IsValid(customerId);

    /// <summary>The invoice, or null.</summary>
    public async Task<MonthlyInvoice?> FindAsync(string month, string customerId, CancellationToken cancellationToken)
    {
        if (!IsKey(month, customerId))
        {
            return null;
        }

        var (partition, row) = MonthlyInvoiceRow.KeysOf(month, customerId);
        return (await _table.FindAsync<MonthlyInvoiceRow>(partition, row, cancellationToken))?.ToInvoice();
    }

    /// <summary>What an event would make of an invoice now; nothing is written.</summary>
    internal InvoiceTransition Decide(MonthlyInvoice invoice, InvoiceEvent @event)
    {
        var now = time.GetUtcNow();
        return InvoiceHistory.Note(InvoiceTransitions.Of(invoice, @event, WithChance(), now), @event, now);
    }

    /// <summary>Applies an event to an invoice.</summary>
    /// <returns>The outcome, with the invoice as it is stored now; null when there is no such invoice.</returns>
    internal Task<InvoiceTransition?> ApplyAsync(string month, string customerId, InvoiceEvent @event, CancellationToken cancellationToken) =>
        ApplyAsync(month, customerId, (_, _) => new(@event), cancellationToken);

    /// <inheritdoc cref="ApplyAsync(MonthlyInvoice, Func{MonthlyInvoice, CancellationToken, ValueTask{InvoiceEvent}}, CancellationToken)"/>
    internal async Task<InvoiceTransition?> ApplyAsync(
        string month, string customerId, Func<MonthlyInvoice, CancellationToken, ValueTask<InvoiceEvent>> createEvent, CancellationToken cancellationToken) =>
        await FindAsync(month, customerId, cancellationToken) is { } invoice ? await ApplyAsync(invoice, createEvent, cancellationToken) : null;

    /// <summary>Applies an event to an invoice, as it was read before or is now.</summary>
    internal Task<InvoiceTransition?> ApplyAsync(MonthlyInvoice invoice, InvoiceEvent @event, CancellationToken cancellationToken) =>
        ApplyAsync(invoice, (_, _) => new(@event), cancellationToken);

    /// <summary>Applies an event that depends on the invoice. When the invoice has been changed by others meanwhile, the event is made and applied anew.</summary>
    /// <param name="invoice">The invoice as it was read.</param>
    /// <param name="createEvent">Makes the event for the invoice.</param>
    /// <param name="cancellationToken">Stops it before a write. A write that has begun is not stopped, since it would not be known whether it was done.</param>
    /// <returns>The outcome, with the invoice as it is stored now; null when there is no such invoice any more.</returns>
    internal async Task<InvoiceTransition?> ApplyAsync(
        MonthlyInvoice invoice, Func<MonthlyInvoice, CancellationToken, ValueTask<InvoiceEvent>> createEvent, CancellationToken cancellationToken)
    {
        for (MonthlyInvoice? read = invoice; read is not null;)
        {
            var transition = Decide(read, await createEvent(read, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            await CarryOutAsync(transition.Invoice, transition.Effects.Where(effect => effect.IsFirst), cancellationToken);
            var (written, found) = transition.IsChanged ? await WriteAsync(transition.Invoice) : (read, null);
            if (written is not null)
            {
                await CarryOutAsync(written, transition.Effects.Where(effect => !effect.IsFirst), cancellationToken);
                return transition with { Invoice = written };
            }

            read = found;
        }

        return null;
    }

    /// <summary>Adds the invoices of a page of customers and queues their lookups, as far as the queues have room. May be repeated: what is there is not added again.</summary>
    /// <param name="month">The month.</param>
    /// <param name="list">Reads the page; not called when the queues are full.</param>
    /// <param name="runStartedAt">When the run started that adds them: what has been created since is its own.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task<AddedPage> AddAsync(
        BillingMonth month, Func<CancellationToken, Task<IReadOnlyList<BilledCustomer>>> list, DateTimeOffset runStartedAt, CancellationToken cancellationToken) => ReserveCapacityAsync(
        async room =>
        {
            var page = room == 0 ? [] : await list(cancellationToken);
            var taken = TakeBilled(page, month, room);
            var added = new ConcurrentBag<InvoiceTransition>();
            await Parallel.ForEachAsync(taken.GroupBy(customer => TableKey.Bucket(customer.Id)), cancellationToken, async (bucket, token) =>
            {
                foreach (var transition in await AddAsync(month, bucket.Key, [.. bucket], token))
                {
                    added.Add(transition);
                }
            });
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(added, parallel, async (one, token) => await CarryOutAsync(one.Invoice, one.Effects, token));
            return new AddedPage(
                taken.Count == 0 ? null : taken[^1].Id,
                taken.Count,
                room == 0 || taken.Count < page.Count,
                added.Count(one => one.AddsInvoice || (one.Before.Status != InvoiceStatus.NotBilled && one.Before.CreatedAt >= runStartedAt)),
                taken.Count(customer => customer.ReasonNotBilled(month) is not null),
                added.Sum(one => one.Effects.Count));
        },
        cancellationToken);

    /// <summary>Puts messages on the queues, one caller in the process at a time, so that no two use the same capacity.</summary>
    /// <param name="fill">Is given how many messages may be added; 0 also when that is too few to be worth a page.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<T> ReserveCapacityAsync<T>(Func<int, Task<T>> fill, CancellationToken cancellationToken)
    {
        await _reserving.WaitAsync(cancellationToken);
        try
        {
            return await fill(await MeasureCapacityAsync(cancellationToken));
        }
        finally
        {
            _reserving.Release();
        }
    }

    /// <summary>Inserts invoices that are new (without an <see cref="MonthlyInvoice.ETag"/>) and writes the others, all or none.</summary>
    /// <param name="invoices">At most <see cref="Transactions.MaxRows"/>, of one month and bucket.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>False when one that should be new is there, or one has been changed since it was read: nothing was written then.</returns>
    internal Task<bool> TryWriteAsync(IEnumerable<MonthlyInvoice> invoices, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _table.TrySubmitAsync([.. invoices.Select(invoice => ActionOf(MonthlyInvoiceRow.From(invoice with { UpdatedAt = now }), invoice.ETag))], cancellationToken);
    }

    /// <summary>Writes the invoice, unless it has been changed since it was read.</summary>
    /// <returns>The invoice as it is stored now; or, when it was not written, the one that is there instead, if there is one.</returns>
    internal async Task<(MonthlyInvoice? Written, MonthlyInvoice? Found)> WriteAsync(MonthlyInvoice invoice)
    {
        var changed = invoice with { UpdatedAt = time.GetUtcNow() };
        return await _patiently.ExecuteAsync(async _ =>
        {
            var (version, row) = await _table.WriteOrReadAsync(MonthlyInvoiceRow.From(changed), invoice.ETag, CancellationToken.None);
            if (version is { } written)
            {
                return (changed with { ETag = written }, null);
            }

            // A try whose answer was lost may have been written; the next one then conflicts with it.
            var found = row?.ToInvoice();
            return found is not null && found with { ETag = changed.ETag } == changed ? (found, (MonthlyInvoice?)null) : (null, found);
        });
    }

    private static string QueueOf(InvoiceStep step) => step == InvoiceStep.Lookup ? InvoiceLookup.Queue : InvoiceEmail.Queue;

    private static string JobIdOf(MonthlyInvoice invoice) => InvoiceRef.Of(invoice).ToString();

    private static TableTransactionAction ActionOf(MonthlyInvoiceRow row, ETag version) => version == default
        ? new TableTransactionAction(TableTransactionActionType.Add, row)
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, version);

    /// <summary>As many customers as come before there is no room for one that is billed.</summary>
    private static IReadOnlyList<BilledCustomer> TakeBilled(IReadOnlyList<BilledCustomer> page, BillingMonth month, int room)
    {
        var billed = 0;
        return [.. page.TakeWhile(customer => customer.ReasonNotBilled(month) is not null || ++billed <= room)];
    }

    private async Task<IReadOnlyList<InvoiceTransition>> AddAsync(BillingMonth month, string bucket, IReadOnlyList<BilledCustomer> customers, CancellationToken cancellationToken)
    {
        // Most runs meet a month without invoices: what is there is read only when it turns out that something is.
        var stored = new Dictionary<string, MonthlyInvoice>(StringComparer.Ordinal);
        while (true)
        {
            var now = time.GetUtcNow();
            var plan = customers.Select(customer => InvoiceHistory.Note(InvoiceTransitions.Add(stored.GetValueOrDefault(customer.Id), customer, month, now), now)).ToList();
            if (await TryWriteAsync(plan.Where(one => one.IsChanged).Select(one => one.Invoice), cancellationToken))
            {
                return plan;
            }

            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {MonthlyInvoiceRow.PartitionOf(month.ToString(), bucket)} and RowKey ge {TableKey.From(customers[0].Id)} and RowKey le {TableKey.From(customers[^1].Id)}");
            stored = await _table.QueryAsync<MonthlyInvoiceRow>(filter, cancellationToken: cancellationToken)
                .Select(row => row.ToInvoice()).ToDictionaryAsync(invoice => invoice.CustomerId, StringComparer.Ordinal, cancellationToken);
        }
    }

    private async Task CarryOutAsync(MonthlyInvoice invoice, IEnumerable<InvoiceEffect> effects, CancellationToken cancellationToken)
    {
        foreach (var effect in effects)
        {
            await (effect switch
            {
                QueueLookup lookup => QueueAsync(_lookups, new InvoiceLookup(invoice.Month, invoice.CustomerId, lookup.Attempts), lookup.Delay, cancellationToken),
                QueueEmail email => QueueAsync(_emails, new InvoiceEmail(invoice.Month, invoice.CustomerId, email.FollowsAttempt), email.Delay, cancellationToken),
                AddFailedJob job => failedJobs.AddAsync(QueueOf(job.Step), JobIdOf(invoice), FreshMessage(invoice, job.Step), invoice.Reason ?? "", job.Attempts, cancellationToken),
                RemoveFailedJob job => failedJobs.RemoveOfAsync(QueueOf(job.Step), JobIdOf(invoice), cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(effects), effect, "Not an effect"),
            });
        }
    }

    /// <summary>The message of a failed job: put on its queue again, it has all attempts again.</summary>
    private static string FreshMessage(MonthlyInvoice invoice, InvoiceStep step) => step == InvoiceStep.Lookup
        ? JsonSerializer.Serialize(new InvoiceLookup(invoice.Month, invoice.CustomerId))
        : JsonSerializer.Serialize(new InvoiceEmail(invoice.Month, invoice.CustomerId));

    private static async Task QueueAsync<T>(QueueClient queue, T message, TimeSpan? delay, CancellationToken cancellationToken) =>
        await queue.SendMessageAsync(JsonSerializer.Serialize(message), delay is { } given ? DelayOf(given) : null, timeToLive: null, cancellationToken);

    /// <summary>Storage counts delays in seconds; less than one must not become none.</summary>
    private static TimeSpan DelayOf(TimeSpan delay) => delay > LongestDelay ? LongestDelay : TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds));

    /// <summary>Both queues count, since a lookup becomes a mail, hidden messages included.</summary>
    private async Task<int> MeasureCapacityAsync(CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(_lookups.GetPropertiesAsync(cancellationToken), _emails.GetPropertiesAsync(cancellationToken));
        return policy.RoomFor(counts.Sum(count => count.Value.ApproximateMessagesCount));
    }

    [SuppressMessage("Security", "CA5394", Justification = "Chance only keeps messages apart.")]
    private InvoicePolicy WithChance() => policy with { Chance = Random.Shared.NextDouble() };
}

/// <summary>The outcome of adding the invoices of a page of customers.</summary>
/// <param name="Last">The last customer that was dealt with; null when there was none, or no room.</param>
/// <param name="Customers">How many were dealt with.</param>
/// <param name="IsCut">Whether there was no room for the rest of the page.</param>
/// <param name="Added">How many invoices the run has added, when it dealt with these customers before included.</param>
/// <param name="NotBilled">How many customers are not billed.</param>
/// <param name="Lookups">How many lookups were queued.</param>
internal sealed record AddedPage(string? Last, int Customers, bool IsCut, int Added, int NotBilled, int Lookups);
