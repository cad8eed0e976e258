using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Tests.Customers.Merging;

public sealed class SnapshotMergeTests
{
    private const string Crm = "salesforce";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A customer that a request has made at noon, and that the CRM has taken as it was.</summary>
    private static readonly Customer Ann = InCrm(SnapshotMerge.Change(
        new Customer { Id = "A1", LastEvent = EventVersion.None, Origin = Customer.FromApi },
        new Dictionary<string, string?> { ["name"] = "Ann", ["email"] = "ann@example.com", ["metadata.plan"] = "gold" },
        Noon));

    [Fact]
    public void Apply_UnchangedByThem_UndoesNothingOfOurs()
    {
        var changed = Change(Ann, "name", "Anna", minute: 1);

        var (next, lost) = Apply(changed, Said(Ann.Content, minute: 2));

        Assert.Equal("Anna", next.Name);
        Assert.Equal(changed.Copies.Revision, next.Copies.Revision);
        Assert.Empty(lost);
    }

    [Fact]
    public void Apply_SameOnceMore_IsTheSameCustomer()
    {
        var once = Apply(Ann, Said(Ann.Content, minute: 9)).Customer;

        Assert.Equal(once, Apply(once, Said(Ann.Content, minute: 9)).Customer);
        Assert.Equal((Ann.Content, Ann.Copies.Revision), (once.Content, once.Copies.Revision));
    }

    [Fact]
    public void Apply_ChangedByThem_IsTakenWithTheirStampAndAudited()
    {
        var (next, lost) = Apply(Ann, Said(Ann.Content.With([new("name", "Anne")]), minute: 5));

        Assert.Equal(("Anne", "ann@example.com"), (next.Name, next.Email));
        Assert.Equal(new FieldStamp(Crm, Noon.AddMinutes(5)), next.StampOf("name"));
        Assert.Equal(new FieldStamp(Customer.FromApi, Noon), next.StampOf("email"));
        Assert.Equal(Ann.Copies.Revision + 1, next.Copies.Revision);
        Assert.Equal(new Overwrite("name", "Anne", Crm, "Ann", Customer.FromApi), Assert.Single(lost));
        Assert.Equal("Anne", next.CopyIn(Crm)!.Known!["name"]);
    }

    [Fact]
    public void Apply_OtherFieldsChangedByUsMeanwhile_KeepsBoth()
    {
        var changed = Change(Ann, "email", "new@example.com", minute: 1);

        var (next, _) = Apply(changed, Said(Ann.Content.With([new("name", "Anne")]), minute: 2));

        Assert.Equal(("Anne", "new@example.com"), (next.Name, next.Email));
    }

    [Theory]
    [InlineData(2, "Anne")]
    [InlineData(0, "Anna")]
    public void Apply_SameFieldChangedByUsMeanwhile_TheNewestStays(int minute, string expected)
    {
        var changed = Change(Ann, "name", "Anna", minute: 1);

        var (next, lost) = Apply(changed, Said(Ann.Content.With([new("name", "Anne")]), minute));

        Assert.Equal(expected, next.Name);
        Assert.Equal("Anne", next.CopyIn(Crm)!.Known!["name"]);
        Assert.Equal((expected, expected == "Anne" ? "Anna" : "Anne"), (Assert.Single(lost).Kept, lost[0].Lost));
    }

    [Theory]
    [InlineData("name", "salesforce", "Anne")]
    [InlineData("name", "stripe", "Ann")]
    [InlineData("name", "api", "Ann")]
    [InlineData("name", "newest", "Ann")]
    public void Apply_OlderThanOurs_IsTakenFromTheOwnerOnly(string field, string owner, string expected)
    {
        var (next, lost) = Apply(Ann, Said(Ann.Content.With([new("name", "Anne")]), minute: -5), (field, owner));

        Assert.Equal(expected, next.Name);
        Assert.Single(lost);
    }

    [Theory]
    [InlineData("salesforce", "silver")]
    [InlineData("api", "gold")]
    public void Apply_Metadata_FollowsItsOwner(string owner, string expected)
    {
        var (next, _) = Apply(Ann, Said(Ann.Content.With([new("metadata.plan", "silver")]), minute: 5), ("metadata", owner));

        Assert.Equal(expected, next.Metadata["plan"]);
    }

    [Fact]
    public void Apply_ClearedByThem_IsCleared()
    {
        var (next, lost) = Apply(Ann, Said(Ann.Content.With([new("metadata.plan", null)]), minute: 5));

        Assert.Empty(next.Metadata);
        Assert.Equal(new Overwrite("metadata.plan", null, Crm, "gold", Customer.FromApi), Assert.Single(lost));
    }

    [Fact]
    public void Apply_FieldThatTheyDoNotHave_StaysAsItIs()
    {
        var (next, lost) = Apply(Ann, Said(CustomerContent.From([new("name", "Ann")]), minute: 5) with { Covers = field => field == CustomerContent.NameField });

        Assert.Equal(("ann@example.com", "gold"), (next.Email, next.Metadata["plan"]));
        Assert.Empty(lost);
    }

    [Fact]
    public void Apply_StripesIdChangedByThem_IsNotTaken()
    {
        var linked = Ann with { StripeId = "cus_1" };

        var (next, lost) = Apply(linked, Said(Ann.Content.With([new(CustomerContent.StripeIdField, "cus_2")]), minute: 5));

        Assert.Equal("cus_1", next.StripeId);
        Assert.Empty(lost);
    }

    /// <summary>The content of a snapshot of a deletion says nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_Deleted_KeepsTheContentAndNotesIt(bool isOurs)
    {
        var write = isOurs ? Write(new Dictionary<string, string?>(), CustomerContent.Empty) : null;

        var (next, lost) = Apply(Ann, Said(CustomerContent.Empty, minute: 5) with { Deleted = true, Write = write });

        Assert.Equal(("Ann", "ann@example.com", false), (next.Name, next.Email, next.Deleted));
        Assert.True(next.CopyIn(Crm)!.Deleted);
        Assert.Equal(Ann.Content, next.CopyIn(Crm)!.Known);
        Assert.Empty(lost);
    }

    [Fact]
    public void Apply_AnswerToOurWriteWhileTheRecordHasMovedOn_KeepsTheRecord()
    {
        var (sent, moved) = (Change(Ann, "name", "Anna", minute: 1), Change(Change(Ann, "name", "Anna", minute: 1), "name", "Hanna", minute: 2));
        var write = Write(new Dictionary<string, string?> { ["name"] = "Anna" }, sent.Content);

        var (next, lost) = Apply(moved, Said(sent.Content, minute: 3) with { Write = write });

        Assert.Equal("Hanna", next.Name);
        Assert.Empty(lost);
        Assert.Equal("Anna", next.CopyIn(Crm)!.Known!["name"]);
        Assert.Equal((write.Began, write.Ended), (next.CopyIn(Crm)!.WriteBegan, next.CopyIn(Crm)!.WriteEnded));
    }

    /// <summary>It has made something else of what it was sent.</summary>
    [Fact]
    public void Apply_AnswerThatDiffersFromWhatWasSent_IsAChangeOfTheirs()
    {
        var sent = Change(Ann, "email", "Anna@Example.com", minute: 1);
        var write = Write(new Dictionary<string, string?> { ["email"] = "Anna@Example.com" }, sent.Content);

        var (next, lost) = Apply(sent, Said(sent.Content.With([new("email", "anna@example.com")]), minute: 2) with { Write = write });

        Assert.Equal("anna@example.com", next.Email);
        Assert.Single(lost);
    }

    [Fact]
    public void Apply_FirstSightOfAnUploadedCustomer_TakesTheirWordAndAuditsTheFiles()
    {
        var uploaded = new Customer
        {
            Id = "A1",
            LastEvent = EventVersion.None,
            Origin = Customer.FromUpload,
            Name = "From a file",
            Email = "file@example.com",
            Phone = "1",
            LastIngestedAt = Noon,
        };

        var (next, lost) = Apply(uploaded, Said(CustomerContent.From("Ann", "file@example.com", null, new Dictionary<string, string>()), minute: -1));

        Assert.Equal((Crm, "Ann", "file@example.com", (string?)null), (next.Origin, next.Name, next.Email, next.Phone));
        Assert.Equal(["name: From a file", "phone: 1"], lost.Select(one => $"{one.Field}: {one.Lost}").Order(StringComparer.Ordinal));
        Assert.All(lost, one => Assert.Equal(Customer.FromUpload, one.LostFrom));
    }

    /// <summary>What a system has never had it has not cleared.</summary>
    [Fact]
    public void Apply_FirstSightOfOurCustomerWithoutAField_KeepsOurs()
    {
        var fresh = Ann with { Copies = Ann.Copies.Without(Crm) };

        var (next, lost) = Apply(fresh, Said(CustomerContent.From("Anne", null, null, new Dictionary<string, string>()), minute: 5));

        Assert.Equal(("Anne", "ann@example.com", "gold"), (next.Name, next.Email, next.Metadata["plan"]));
        Assert.Equal("name", Assert.Single(lost).Field);
    }

    [Fact]
    public void Change_SameValues_IsTheSameCustomer()
    {
        var changes = new Dictionary<string, string?> { ["name"] = "Ann", ["phone"] = null, ["metadata.other"] = "" };

        Assert.Equal(Ann, SnapshotMerge.Change(Ann, changes, Noon.AddMinutes(1)));
    }

    /// <summary>As long as nothing is stored of Stripe's copy, the record says what Stripe has: before it says something else, that is written down.</summary>
    [Fact]
    public void Change_CustomerThatOnlyStripeHas_KeepsWhatStripeHas()
    {
        var plain = new Customer { Id = "cus_1", StripeId = "cus_1", LastEvent = new EventVersion(false, Noon.ToUnixTimeSeconds(), 0, "evt_1"), Name = "Ann" };

        var next = Change(plain, "name", "Anna", minute: 1);

        Assert.Equal(("Anna", "Ann"), (next.Name, next.CopyIn(Customer.FromStripe)!.Known!["name"]));
        Assert.Equal(new FieldStamp(Customer.FromStripe, Noon), plain.StampOf("name"));
        Assert.Equal(new FieldStamp(Customer.FromApi, Noon.AddMinutes(1)), next.StampOf("name"));
    }

    private static Customer Change(Customer customer, string field, string? value, int minute) =>
        SnapshotMerge.Change(customer, new Dictionary<string, string?> { [field] = value }, Noon.AddMinutes(minute));

    private static Customer InCrm(Customer customer) =>
        customer.WithCopy(Crm, new CustomerCopy { Id = "001", Known = customer.Content, HasOurId = true });

    private static CustomerSnapshot Said(CustomerContent content, int minute) => new()
    {
        System = Crm,
        RemoteId = "001",
        OurId = "A1",
        Content = content,
        Covers = _ => true,
        ChangedAt = Noon.AddMinutes(minute),
        Cause = "notice",
    };

    private static CompletedWrite Write(IReadOnlyDictionary<string, string?> changes, CustomerContent target) =>
        new(changes, BillingFunctions.Connectors.ConnectorPlan.DigestOf(target), Noon.AddMinutes(2), Noon.AddMinutes(3));

    private static (Customer Customer, IReadOnlyList<Overwrite> Overwrites) Apply(Customer customer, CustomerSnapshot said, params (string Field, string Owner)[] owners) =>
        SnapshotMerge.Apply(customer, said, new FieldOwners { Owners = owners.ToDictionary(owner => owner.Field, owner => owner.Owner) });
}
