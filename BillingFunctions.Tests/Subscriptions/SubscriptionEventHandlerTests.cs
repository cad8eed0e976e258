using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Tests.Subscriptions;

public sealed class SubscriptionEventHandlerTests(AzuriteFixture azurite)
{
    private static readonly StripeEvent Created = Event("evt_1", "customer.subscription.created", 0, "incomplete");
    private static readonly StripeEvent Paid = StripeEventBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start + 10, StripeObjectBuilder.Invoice());
    private static readonly StripeEvent Canceled = Event("evt_3", "customer.subscription.deleted", 20, "canceled");

    [Fact]
    public async Task ApplyAsync_NewSubscriptionThenItsPayment_CostsFourCalls()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());

        await tables.ApplyAsync(Created);
        Assert.Equal(["POST", "POST"], tables.TakeCalls());
        await tables.ApplyAsync(Paid);
        Assert.Equal(["PUT", "PUT"], tables.TakeCalls());

        Assert.Equal(SubscriptionStatus.Paid, (await tables.StateAsync()).History.Record!.Status);
        Assert.Equal(["evt_1 >Unpaid Applied", "evt_2 Unpaid>Paid Applied"], await tables.AuditAsync());
    }

    [Fact]
    public async Task ApplyAsync_AllOfItReversed_IsTheSameRecordAndAudit()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());

        await tables.ApplyAsync(Canceled);
        Assert.Equal((SubscriptionStatus.Unpaid, "canceled"), ((await tables.StateAsync()).History.Record!.Status, (await tables.StateAsync()).History.Record!.StripeStatus));
        Assert.Equal(["evt_3 >Unpaid Applied"], await tables.AuditAsync());

        await tables.ApplyAsync(Paid);
        await tables.ApplyAsync(Created);

        Assert.Equal(SubscriptionStatus.Canceled, (await tables.StateAsync()).History.Record!.Status);
        Assert.Equal(["evt_1 >Unpaid Applied", "evt_2 Unpaid>Paid Applied", "evt_3 Paid>Canceled Applied"], await tables.AuditAsync());
    }

    [Fact]
    public async Task ApplyAsync_LateEvent_RewritesTheAuditOfThoseAfterIt()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        await tables.ApplyAsync(Created, Canceled);
        Assert.Equal(["evt_1 >Unpaid Applied", "evt_3 Unpaid>Unpaid Rejected"], await tables.AuditAsync());

        await tables.ApplyAsync(Paid);

        Assert.Equal(["evt_1 >Unpaid Applied", "evt_2 Unpaid>Paid Applied", "evt_3 Paid>Canceled Applied"], await tables.AuditAsync());
    }

    [Fact]
    public async Task ApplyAsync_Rejected_IsLoggedOnceWithItsReason()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());

        await tables.ApplyAsync(Created, Canceled);
        await tables.ApplyAsync(Canceled);

        Assert.Equal(
            "Warning: Subscription sub_1 rejected event evt_3 (customer.subscription.deleted): Only a paid subscription can be canceled, and this one is unpaid.",
            Assert.Single(tables.Logged));
    }

    [Fact]
    public async Task ApplyAsync_SameEventsAgain_WritesNothing()
    {
        var account = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(account);
        using var another = await SubscriptionsDriver.OpenAsync(account);
        await tables.ApplyAsync(Created, Paid, Canceled);
        var etags = await ETagsAsync(tables);
        tables.TakeCalls();

        await tables.ApplyAsync(Canceled, Created, Paid, Created);
        await another.ApplyAsync(Paid, Canceled);
        var callsOfAnother = another.TakeCalls();
        await another.ApplyAsync(Created);

        Assert.Empty(tables.TakeCalls());
        Assert.Equal(["GET", "GET"], callsOfAnother);
        Assert.Empty(another.TakeCalls());
        Assert.Equal(etags, await ETagsAsync(tables));
    }

    [Fact]
    public async Task ApplyAsync_KnownSubscriptionTakenForNew_IsReadAndLeftAlone()
    {
        var account = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(account);
        await tables.ApplyAsync(Created, Paid);
        var etags = await ETagsAsync(tables);
        using var restarted = await SubscriptionsDriver.OpenAsync(account);

        await restarted.ApplyAsync(Created);

        Assert.Equal(etags, await ETagsAsync(restarted));
    }

    [Fact]
    public async Task ApplyAsync_DiedBeforeTheCustomer_IsMendedWhenTheEventsComeAgain()
    {
        var account = azurite.NewAccount();
        using (var dying = await SubscriptionsDriver.OpenAsync(account))
        {
            await dying.ApplyAsync(Created);
            await dying.Subscriptions.AddAsync("sub_1", [SubscriptionEventReader.Read(Paid)!], TestContext.Current.CancellationToken);
        }

        using var tables = await SubscriptionsDriver.OpenAsync(account);
        Assert.Equal(SubscriptionStatus.Unpaid, (await AccessAsync(tables)).Status);

        await tables.ApplyAsync(Paid);

        Assert.Equal(SubscriptionStatus.Paid, (await AccessAsync(tables)).Status);
    }

    [Fact]
    public async Task ApplyAsync_TwoProcessesAtOnce_LoseNothing()
    {
        var account = azurite.NewAccount();
        using var first = await SubscriptionsDriver.OpenAsync(account);
        using var second = await SubscriptionsDriver.OpenAsync(account);
        var events = Enumerable.Range(10, 40).Select(number => number % 3 == 0
                ? Event($"evt_{number}", "customer.subscription.updated", number, "past_due")
                : StripeEventBuilder.Event($"evt_{number}", "invoice.paid", SubscriptionLifeBuilder.Start + number, StripeObjectBuilder.Invoice()))
            .Prepend(Created)
            .ToArray();
        var expected = SubscriptionHistory.Fold(events.Select(SubscriptionEventReader.Read)!);

        await Task.WhenAll(
            ApplyOneByOneAsync(first, events.Where((_, index) => index % 3 < 2)),
            ApplyOneByOneAsync(first, events.Reverse().Where((_, index) => index % 4 < 3)),
            ApplyOneByOneAsync(second, events.Where((_, index) => index % 3 > 0)));
        await second.ApplyAsync(events);

        var state = await first.StateAsync();
        Assert.Equal(expected.Record, state.History.Record);
        Assert.Equal(expected.Audit, state.History.Audit);
        Assert.Equal(SubscriptionsDriver.LinesOf(expected), await first.AuditAsync());
        Assert.Equal(SubscriptionAccess.From(expected.Record!), await AccessAsync(first));
    }

    [Fact]
    public async Task ApplyAsync_SubscriptionsOfOneCustomerAtOnce_AreAllNoted()
    {
        var account = azurite.NewAccount();
        using var first = await SubscriptionsDriver.OpenAsync(account);
        using var second = await SubscriptionsDriver.OpenAsync(account);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => (number % 2 == 0 ? first : second).ApplyAsync(
            StripeEventBuilder.Event($"evt_{number}", "customer.subscription.created", SubscriptionLifeBuilder.Start, StripeObjectBuilder.Subscription("incomplete", id: $"sub_{number}")))));

        var known = await first.Customers.FindAsync("cus_1", TestContext.Current.CancellationToken);
        Assert.Equal(12, known.Subscriptions.Select(subscription => subscription.Access.SubscriptionId).Distinct().Count());
    }

    [Fact]
    public async Task NoteAsync_FromALateWriter_ChangesNothing()
    {
        var account = azurite.NewAccount();
        using var late = await SubscriptionsDriver.OpenAsync(account);
        using var tables = await SubscriptionsDriver.OpenAsync(account);
        await late.ApplyAsync(Created);
        var (_, state) = await late.Subscriptions.AddAsync("sub_1", [SubscriptionEventReader.Read(Paid)!], TestContext.Current.CancellationToken);
        await tables.ApplyAsync(Canceled);

        await late.Customers.NoteAsync("cus_1", new KnownSubscription(state.AccessVersion, state.Access!), isNew: false, TestContext.Current.CancellationToken);

        Assert.Equal(SubscriptionStatus.Canceled, (await AccessAsync(tables)).Status);
    }

    [Fact]
    public async Task ApplyAsync_ManyPaymentsBeforeTheSubscription_AllCount()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        var events = Enumerable.Range(1000, 250)
            .Select(number => StripeEventBuilder.Event($"evt_{number}", "invoice.paid", SubscriptionLifeBuilder.Start + number, StripeObjectBuilder.Invoice()))
            .ToArray();
        await tables.ApplyAsync(events);
        Assert.All(await tables.AuditAsync(), line => Assert.EndsWith("Waiting", line, StringComparison.Ordinal));

        await tables.ApplyAsync(Created);

        Assert.Equal(251, (await tables.AuditAsync()).Count(line => !line.EndsWith("Waiting", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ApplyAsync_ListOverOneColumn_IsStoredInPieces()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());
        var events = Events(6_000, new Random(1));

        await tables.Subscriptions.AddAsync("sub_1", events, TestContext.Current.CancellationToken);

        var row = await tables.Table.QueryAsync<Azure.Data.Tables.TableEntity>(row => row.RowKey == "sub_1", cancellationToken: TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);
        Assert.True(row.ContainsKey("State1"));
        Assert.Equal(events, (await tables.StateAsync()).Events);
    }

    [Fact]
    public async Task ApplyAsync_ListOverAnEntity_SaysSo()
    {
        using var tables = await SubscriptionsDriver.OpenAsync(azurite.NewAccount());

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() =>
            tables.Subscriptions.AddAsync("sub_1", Events(60_000, new Random(1)), TestContext.Current.CancellationToken));

        Assert.Contains("sub_1", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["GET"], tables.TakeCalls());
    }

    private static StripeEvent Event(string id, string type, int after, string status) =>
        StripeEventBuilder.Event(id, type, SubscriptionLifeBuilder.Start + after, StripeObjectBuilder.Subscription(status));

    /// <summary>With ids as long and as random as Stripe's.</summary>
    private static List<SubscriptionEvent> Events(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(number =>
            SubscriptionLifeBuilder.Event($"evt_1{Convert.ToHexString(Random(random))}", "invoice.paid", SubscriptionLifeBuilder.Start + (number / 100)))];

    private static byte[] Random(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task ApplyOneByOneAsync(SubscriptionsDriver tables, IEnumerable<StripeEvent> events)
    {
        foreach (var one in events)
        {
            await tables.ApplyAsync(one);
        }
    }

    private static async Task<SubscriptionAccess> AccessAsync(SubscriptionsDriver tables) =>
        Assert.Single((await tables.Customers.FindAsync("cus_1", TestContext.Current.CancellationToken)).Subscriptions).Access;

    private static async Task<List<string>> ETagsAsync(SubscriptionsDriver tables) =>
        [.. (await tables.Table.QueryAsync<Azure.Data.Tables.TableEntity>().ToListAsync(TestContext.Current.CancellationToken)).Select(row => row.ETag.ToString())];
}
