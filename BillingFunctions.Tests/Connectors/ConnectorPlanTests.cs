using BillingFunctions.Connectors;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Connectors;

public sealed class ConnectorPlanTests
{
    private const string Ledger = "ledger";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LedgerConnectorFake Connector = new(new LedgerFake(Ledger, TimeProvider.System), maxBatch: 1, TimeProvider.System);

    private static readonly Customer Ann = Change(new Customer { Id = "A1", LastEvent = EventVersion.None, Origin = Customer.FromApi }, ("name", "Ann"), ("email", "ann@example.com"), ("phone", "1"));
    private static readonly Customer Sent = Ann.WithCopy(Ledger, new CustomerCopy { Id = "L1", Known = Ann.Content.Where(Connector.Covers), HasOurId = true });

    [Fact]
    public void For_CustomerThatTheyDoNotHave_CreatesItWithTheFieldsThatTheyHave()
    {
        var call = For(Ann)!;

        Assert.Equal((ConnectorAction.Create, (string?)null, true), (call.Action, call.RemoteId, call.HasOurId));
        Assert.Equal(["email", "name"], call.Target.Fields);
        Assert.Equal(["email", "name"], call.Changes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new BegunCreation(call.Target, Noon), call.Creation);
    }

    [Fact]
    public void For_CreationThatWasBegun_IsRepeatedAsItWas()
    {
        var begun = For(Ann)!;

        var again = For(Change(Ann, ("name", "Anna")), begun.Creation, Noon.AddHours(1))!;

        Assert.Equal((begun.Key, begun.Target, begun.Creation), (again.Key, again.Target, again.Creation));
        Assert.False(again.Creation!.IsInDoubt);
    }

    [Theory]
    [InlineData(22.9, false)]
    [InlineData(23.1, true)]
    public void For_CreationBegunLongAgo_IsInDoubt(double hours, bool expected) =>
        Assert.Equal(expected, For(Ann, For(Ann)!.Creation, Noon.AddHours(hours))!.Creation!.IsInDoubt);

    [Fact]
    public void For_CreationWhoseFailureIsKept_HasAnotherKey()
    {
        var begun = For(Ann)!;

        Assert.NotEqual(begun.Key, For(Ann, begun.Creation! with { Number = 1 })!.Key);
    }

    [Fact]
    public void For_SystemThatIsInLine_IsNothing()
    {
        Assert.Null(For(Sent));
        Assert.Null(For(Change(Sent, ("phone", "2"))));
    }

    [Fact]
    public void For_ChangedCustomer_SendsWhatDiffers()
    {
        var call = For(Change(Sent, ("name", "Anna"), ("email", null)))!;

        Assert.Equal((ConnectorAction.Update, "L1", true), (call.Action, call.RemoteId, call.HasOurId));
        Assert.Equal(["email=", "name=Anna"], call.Changes.Select(change => $"{change.Key}={change.Value}").Order(StringComparer.Ordinal));
        Assert.Null(call.Creation);
    }

    [Fact]
    public void For_SameUpdate_HasTheSameKey()
    {
        var changed = Change(Sent, ("name", "Anna"));

        Assert.Equal(For(changed)!.Key, For(changed, now: Noon.AddHours(1))!.Key);
    }

    /// <summary>A system keeps the key of the first change, and would answer the third one without doing it.</summary>
    [Fact]
    public void For_ChangeMadeAnew_HasAnotherKey()
    {
        var there = Change(Sent, ("name", "Anna"));
        var back = Change(Known(there), ("name", "Ann"));
        var again = Change(Known(back), ("name", "Anna"));

        Assert.Equal(For(there)!.Target, For(again)!.Target);
        Assert.Equal(3, new[] { there, back, again }.Select(customer => For(customer)!.Key).Distinct().Count());
    }

    /// <summary>Some systems keep a failure under the key: with the same one it would come again.</summary>
    [Fact]
    public void For_UpdateThatHasFailed_HasAnotherKey()
    {
        var changed = Change(Sent, ("name", "Anna"));

        Assert.NotEqual(For(changed)!.Key, ConnectorPlan.For(changed, Connector, begun: null, Noon, failures: 1)!.Key);
    }

    [Fact]
    public void For_UploadedCustomer_IsNothing() => Assert.Null(For(Ann with { Origin = Customer.FromUpload }));

    [Fact]
    public void For_CustomerThatIsGoneThere_IsNothing() => Assert.Null(For(Change(Sent, ("name", "Anna")).WithCopy(Ledger, Sent.CopyIn(Ledger)! with { Deleted = true })));

    [Fact]
    public void For_DeletedByARequest_DeletesWhereItIs()
    {
        var call = For(Deleted(Sent))!;

        Assert.Equal((ConnectorAction.Delete, "L1"), (call.Action, call.RemoteId));
        Assert.Null(For(Deleted(Ann)));
        Assert.Null(For(Deleted(Sent.WithCopy(Ledger, Sent.CopyIn(Ledger)! with { Deleted = true }))));
    }

    [Fact]
    public void For_DeletedByASystem_StaysInTheOthers() => Assert.Null(For(Sent with { Deleted = true }));

    /// <summary>Whoever deletes has to look for what a call may have made.</summary>
    [Fact]
    public void For_DeletedWhileACreationIsBegun_DeletesWhatMayBeThere()
    {
        var begun = For(Ann)!.Creation;

        var call = For(Deleted(Ann), begun)!;

        Assert.Equal((ConnectorAction.Delete, (string?)null, begun), (call.Action, call.RemoteId, call.Creation));
    }

    [Theory]
    [InlineData(2, 0, true)]
    [InlineData(3, 9, false)]
    [InlineData(3, 11, true)]
    public void For_SystemThatChangesWhatItIsSent_IsLeftAloneForAWhile(int repeats, int minutes, bool isSent)
    {
        var copy = Sent.CopyIn(Ledger)! with
        {
            Known = Sent.CopyIn(Ledger)!.Known!.With([new("email", "ANN@EXAMPLE.COM")]),
            Sent = new SentContent(ConnectorPlan.DigestOf(Ann.Content.Where(Connector.Covers)), Noon, repeats),
        };

        Assert.Equal(isSent, For(Ann.WithCopy(Ledger, copy), now: Noon.AddMinutes(minutes)) is not null);
        Assert.NotNull(For(Change(Ann.WithCopy(Ledger, copy), ("name", "Anna")), now: Noon.AddMinutes(minutes)));
    }

    private static ConnectorCall? For(Customer customer, BegunCreation? begun = null, DateTimeOffset? now = null) => ConnectorPlan.For(customer, Connector, begun, now ?? Noon);

    private static Customer Change(Customer customer, params (string Field, string? Value)[] changes) =>
        SnapshotMerge.Change(customer, changes.ToDictionary(change => change.Field, change => change.Value), Noon);

    /// <summary>The customer when the ledger has taken it.</summary>
    private static Customer Known(Customer customer) => customer.WithCopy(Ledger, customer.CopyIn(Ledger)! with { Known = customer.Content.Where(Connector.Covers) });

    private static Customer Deleted(Customer customer) => customer with { Deleted = true, Copies = customer.Copies with { DeletionAskedAt = Noon } };
}
