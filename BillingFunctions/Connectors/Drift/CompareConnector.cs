using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Connectors.Drift;

/// <summary>
/// Compares a system with our store: how many customers each has, a random sample of ours, and the newest of theirs. What differs is merged as a word of the system's, so that
/// the owners of the fields decide what changes here and what is sent there.
/// </summary>
public sealed class CompareConnector(CustomerDirectory directory, ConnectorOutbox outbox, DriftReports reports, TimeProvider time)
{
    private const int SampleSize = 200;
    private const int PageSize = 100;
    private const int MaxExamples = 20;

    internal async Task<DriftReport> RunAsync(ICustomerConnector connector, CancellationToken cancellationToken)
    {
        var report = DriftReport.None(connector.Name) with { CheckedAt = time.GetUtcNow() };
        try
        {
            var remote = await connector.CountAsync(cancellationToken);
            var (count, sample) = await SampleAsync(connector, cancellationToken);
            report = report with { StoreCount = count, RemoteCount = remote.Count, IsRemoteCountComplete = remote.IsComplete };
            foreach (var newest in remote.Newest)
            {
                report = await TakeInAsync(report, newest, cancellationToken);
            }

            foreach (var page in sample.Chunk(PageSize))
            {
                report = await CompareAsync(report, connector, page, cancellationToken);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The report says so; the next comparison is tomorrow's.
            report = report with { Error = $"{failure.GetType().Name}: {failure.Message}" };
        }

        await reports.WriteAsync(report, cancellationToken);
        return report;
    }

    /// <summary>Counts the customers that the system has, and chooses some of them, each with the same chance. What shadow mode has only recorded is not there.</summary>
    private async Task<(long Count, List<Customer> Sample)> SampleAsync(ICustomerConnector connector, CancellationToken cancellationToken)
    {
        var (count, sample) = (0L, new List<Customer>());
        await foreach (var customer in directory.ListAsync(after: null, pageSize: 1_000, cancellationToken))
        {
            if (customer.CopyIn(connector.Name) is not { Id: { } id, Deleted: false } || ShadowId.Is(id))
            {
                continue;
            }

            count++;
            if (sample.Count < SampleSize)
            {
                sample.Add(customer);
            }
            else if (Random.Shared.NextInt64(count) is < SampleSize and var place)
            {
                sample[(int)place] = customer;
            }
        }

        return (count, sample);
    }

    /// <summary>Takes in a customer that we do not know yet.</summary>
    private async Task<DriftReport> TakeInAsync(DriftReport report, CustomerSnapshot newest, CancellationToken cancellationToken)
    {
        if (newest.Deleted || await directory.FindAsync(newest.RemoteId, cancellationToken) is not null)
        {
            return report;
        }

        await directory.HearAsync(newest with { Cause = "drift" }, cancellationToken);
        return report with { Unknown = report.Unknown + 1 };
    }

    private async Task<DriftReport> CompareAsync(DriftReport report, ICustomerConnector connector, Customer[] customers, CancellationToken cancellationToken)
    {
        var read = (await connector.ReadAsync([.. customers.Select(customer => customer.CopyIn(connector.Name)!.Id!)], cancellationToken)).ToLookup(snapshot => snapshot.RemoteId);
        report = report with { Sampled = report.Sampled + customers.Length };
        foreach (var customer in customers)
        {
            var id = customer.CopyIn(connector.Name)!.Id!;
            report = read[id].FirstOrDefault() is { Deleted: false } snapshot
                ? await CompareAsync(report, connector, customer, snapshot, cancellationToken)
                : report with { Missing = report.Missing + 1, Examples = WithExample(report, new DriftExample(customer.Id, id, [])) };
        }

        return report;
    }

    private async Task<DriftReport> CompareAsync(DriftReport report, ICustomerConnector connector, Customer customer, CustomerSnapshot snapshot, CancellationToken cancellationToken)
    {
        var fields = customer.Content.Where(connector.Covers).ChangesFrom(snapshot.Content).Keys.Order(StringComparer.Ordinal).ToList();

        // What is on its way there differs, and needs no repair.
        if (fields.Count == 0 || await outbox.FindAsync(connector.Name, customer.Id, cancellationToken) is { IsGivenUp: false })
        {
            return report;
        }

        var isRepaired = await directory.HearAsync(snapshot with { OurId = customer.Id, Cause = "drift" }, cancellationToken) is { } merged
            && (ConnectorPlan.For(merged, connector, begun: null, time.GetUtcNow()) is not null || merged.Content.Where(connector.Covers).ChangesFrom(snapshot.Content).Count == 0);
        return report with
        {
            Differing = report.Differing + 1,
            Repaired = report.Repaired + (isRepaired ? 1 : 0),
            Examples = WithExample(report, new DriftExample(customer.Id, snapshot.RemoteId, fields)),
        };
    }

    private static IReadOnlyList<DriftExample> WithExample(DriftReport report, DriftExample example) =>
        report.Examples.Count < MaxExamples ? [.. report.Examples, example] : report.Examples;
}
