using BillingFunctions.Customers.Invoices;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Customers.Invoices;

public sealed class JoinedInvoicesTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(StripeEventBuilder.Time);

    [Fact]
    public void Page_AllSources_AreInOneOrder()
    {
        var page = JoinedInvoices.Page([Invoice("in_3", 3), Invoice("in_1", 1)], [Invoice("2026-01/cust_1", 0), Invoice("inv_2", 2), Invoice("2026-02/cust_1", 4)], after: null, 10);

        Assert.Equal(["2026-02/cust_1", "in_3", "inv_2", "in_1", "2026-01/cust_1"], page.Select(invoice => invoice.Id));
    }

    /// <summary>Some seconds have several invoices, of one source and of all three.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Page_PageByPage_HasEachOnce(int limit)
    {
        var catalogue = Enumerable.Range(0, 12).Select(number => Invoice($"in_{number}", number / 3)).OrderBy(InvoiceSortKey.From, StringComparer.Ordinal).ToList();
        var others = Enumerable.Range(0, 6).SelectMany(number => new[] { Invoice($"inv_{number}", number / 2), Invoice($"2026-0{number + 1}/cust_1", number) }).ToList();

        var pages = new List<IReadOnlyList<InvoiceView>>();
        for (string? after = null; pages.Count == 0 || after is not null;)
        {
            var found = JoinedInvoices.Page(Behind(catalogue, after).Take(limit + 1), others, after, limit + 1);
            pages.Add([.. found.Take(limit)]);
            after = found.Count > limit ? InvoiceSortKey.From(found[limit - 1]) : null;
        }

        var expected = catalogue.Concat(others).OrderBy(InvoiceSortKey.From, StringComparer.Ordinal).Select(invoice => invoice.Id);
        Assert.Equal(expected, pages.SelectMany(page => page).Select(invoice => invoice.Id));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(limit, page.Count));
    }

    /// <summary>The usage invoice may stand on another page.</summary>
    [Fact]
    public void Page_InvoiceThatBillsUsage_SaysSo()
    {
        var usage = Invoice("inv_1", 9) with { Source = InvoiceSource.Usage, StripeInvoiceIds = ["in_2", "in_3"] };

        var page = JoinedInvoices.Page([Invoice("in_2", 2), Invoice("in_1", 1)], [usage], InvoiceSortKey.From(usage), 10);

        Assert.Equal([("in_2", "inv_1"), ("in_1", null)], page.Select(invoice => (invoice.Id, invoice.UsageInvoiceId)));
    }

    [Fact]
    public void Page_NewInvoiceBetweenPages_MovesNone()
    {
        var first = JoinedInvoices.Page([Invoice("in_2", 2)], [Invoice("inv_1", 1)], after: null, 1);

        var second = JoinedInvoices.Page([], [Invoice("inv_1", 1), Invoice("inv_3", 3)], InvoiceSortKey.From(first[0]), 10);

        Assert.Equal("inv_1", Assert.Single(second).Id);
    }

    private static IEnumerable<InvoiceView> Behind(IEnumerable<InvoiceView> sorted, string? after) =>
        sorted.SkipWhile(invoice => string.CompareOrdinal(InvoiceSortKey.From(invoice), after ?? "") <= 0);

    private static InvoiceView Invoice(string id, int second) => new()
    {
        Id = id,
        Source = InvoiceSource.Stripe,
        CustomerId = "cus_1",
        Created = Time.AddSeconds(second),
        UpdatedAt = Time,
    };
}
