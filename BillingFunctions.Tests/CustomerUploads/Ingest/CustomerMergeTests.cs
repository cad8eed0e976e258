using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.Tests.CustomerUploads.Ingest;

public sealed class CustomerMergeTests
{
    private static readonly DateTimeOffset March = new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero);

    private static readonly UploadedCustomer Row = new("1", "new@example.com") { Name = "New", Phone = "", FirstBillingMonth = "2026-02" };

    private static readonly Customer Stored = new()
    {
        Id = "1",
        LastEvent = EventVersion.None,
        Name = "Old",
        Email = "old@example.com",
        Phone = "1",
        Currency = "eur",
        TimeZone = "UTC",
        Metadata = new Dictionary<string, string> { ["plan"] = "gold" },
        Origin = Customer.FromUpload,
        LastIngestedAt = March.AddMonths(-1),
        LastIngestedBy = "upl_1",
    };

    [Fact]
    public void Merge_NewCustomer_IsAsTheRowSays()
    {
        var customer = Merge(null)!;

        Assert.Equal(("New", "new@example.com", null, "2026-02"), (customer.Name, customer.Email, customer.Phone, customer.FirstBillingMonth));
        Assert.Equal((March, "upl_2", Customer.FromUpload), (customer.LastIngestedAt, customer.LastIngestedBy, customer.Origin));
    }

    [Fact]
    public void Merge_EmptyCellsClearAndMissingColumnsStay()
    {
        var customer = Merge(Stored)!;

        Assert.Equal(("New", "new@example.com", null, "eur", "UTC"), (customer.Name, customer.Email, customer.Phone, customer.Currency, customer.TimeZone));
        Assert.Equal("gold", customer.Metadata["plan"]);
    }

    [Fact]
    public void Merge_MetadataColumns_AreAllThereIs() =>
        Assert.Equal(["seats"], CustomerMerge.Merge(Stored, Row with { Metadata = new Dictionary<string, string> { ["seats"] = "3" } }, new(March, "upl_2"))!.Metadata.Keys);

    [Fact]
    public void Merge_SameAgain_SaysTheSame()
    {
        var first = Merge(Stored)!;
        var again = CustomerMerge.Merge(first, Row, new(March.AddDays(1), "upl_3"))!;

        Assert.True(CustomerMerge.SaysTheSame(first, again));
        Assert.False(CustomerMerge.SaysTheSame(Stored, first));
        Assert.Equal(March.AddDays(1), again.LastIngestedAt);
    }

    [Fact]
    public void Merge_ReachedByALaterUpload_WritesNothing()
    {
        Assert.Null(Merge(Stored with { LastIngestedAt = March.AddTicks(1), LastIngestedBy = "upl_0" }));
        Assert.Null(Merge(Stored with { LastIngestedAt = March, LastIngestedBy = "upl_3" }));
        Assert.Null(Merge(Stored with { LastIngestedAt = March, LastIngestedBy = "upl_2" }));
        Assert.NotNull(Merge(Stored with { LastIngestedAt = March, LastIngestedBy = "upl_1" }));
    }

    [Fact]
    public void Merge_Deleted_IsBilledAgain() => Assert.False(Merge(Stored with { Deleted = true })!.Deleted);

    [Fact]
    public void Merge_OfStripe_KeepsWhatStripeSays()
    {
        var customer = Merge(Stored with { Origin = Customer.FromStripe, Deleted = true, LastIngestedAt = null, LastIngestedBy = null })!;

        Assert.Equal(("Old", "old@example.com", "1", true), (customer.Name, customer.Email, customer.Phone, customer.Deleted));
        Assert.Equal((March, "2026-02", Customer.FromStripe), (customer.LastIngestedAt, customer.FirstBillingMonth, customer.Origin));
    }

    private static Customer? Merge(Customer? stored) => CustomerMerge.Merge(stored, Row, new(March, "upl_2"));
}
