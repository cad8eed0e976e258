using Azure;
using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Tests.Customers;

public sealed class CustomerStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _storage = azurite.NewAccount();
    private readonly CurrentObjectsFake _stripe = new();

    private TableClient Table => new(_storage, CustomerStore.Table);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Table.CreateIfNotExistsAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ApplyAsync_CreatedThenUpdated_CostsOneCallEach()
    {
        var process = Start();

        await process.ApplyAsync(Created(1));
        Assert.Equal(["POST"], process.Calls.TakeMethods());
        await process.ApplyAsync(Updated(2, "bob"));
        Assert.Equal(["PATCH"], process.Calls.TakeMethods());

        var customer = await process.Store.FindAsync("cus_1", Token);
        Assert.Equal(("bob", "bob@example.com", "evt_2"), (customer!.Name, customer.Email, customer.LastEvent.EventId));
        Assert.Equal("bob", customer.Metadata["plan"]);
    }

    [Fact]
    public async Task ApplyAsync_UpdatedOfUnknownCustomer_ReadsAndInserts()
    {
        var process = Start();

        await process.ApplyAsync(Updated(2, "bob"));

        Assert.Equal(["GET", "POST"], process.Calls.TakeMethods());
    }

    [Fact]
    public async Task ApplyAsync_SeveralEvents_WritesTheLastOnly()
    {
        var process = Start();

        await process.ApplyAsync(Updated(3, "cid"), Created(1), Updated(2, "bob"));

        Assert.Equal(["POST"], process.Calls.TakeMethods());
        Assert.Equal("cid", (await process.Store.FindAsync("cus_1", Token))!.Name);
    }

    /// <summary>The ids say the opposite of what happened: only Stripe knows.</summary>
    [Theory]
    [InlineData("one by one")]
    [InlineData("together")]
    [InlineData("reversed")]
    [InlineData("by two processes")]
    public async Task ApplyAsync_TwoUpdatesOfOneSecond_AsksStripeWhatIsTrue(string arrival)
    {
        var first = StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_b", StripeEventBuilder.Time, "old");
        var second = StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_a", StripeEventBuilder.Time, "new");
        _stripe.Object = second.Object;
        var (process, other) = (Start(), Start());

        foreach (var events in arrival switch
        {
            "together" => [[first, second]],
            "reversed" => [[second], [first]],
            _ => new StripeEvent[][] { [first], [second] },
        })
        {
            await process.ApplyAsync(events);
            process = arrival == "by two processes" ? other : process;
        }

        Assert.Equal("new", (await process.Store.FindAsync("cus_1", Token))!.Name);
        Assert.Equal(1, _stripe.Asked);
        await process.ApplyAsync(StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_0", StripeEventBuilder.Time + 1, "newer"));
        Assert.Equal("newer", (await process.Store.FindAsync("cus_1", Token))!.Name);
    }

    [Fact]
    public async Task ApplyAsync_TwoUpdatesOfOneSecondUnknownToStripe_EndsTheSameInAnyOrder()
    {
        var names = new List<string?>();
        foreach (var order in StripeEventBuilder.Orders([.. new[] { "a", "b" }.Select(name => StripeEventBuilder.Customer(EventTypes.CustomerUpdated, $"evt_{name}", StripeEventBuilder.Time, name))]))
        {
            await Table.DeleteAsync(Token);
            await Table.CreateIfNotExistsAsync(Token);
            var process = Start();
            await process.ApplyAsync(order[0]);
            await process.ApplyAsync(order[1]);
            names.Add((await process.Store.FindAsync("cus_1", Token))!.Name);
        }

        Assert.Single(names.Distinct());
    }

    [Fact]
    public async Task ApplyAsync_SameOrOlderEventAgain_WritesNothing()
    {
        var (process, other) = (Start(), Start());
        await process.ApplyAsync(Created(1), Updated(2, "bob"));
        process.Calls.Reset();

        await process.ApplyAsync(Updated(2, "bob"));
        await process.ApplyAsync(Created(1));
        Assert.Equal([], process.Calls.TakeMethods());

        await other.ApplyAsync(Updated(2, "bob"));
        Assert.Equal(["GET"], other.Calls.TakeMethods());
        await other.ApplyAsync(Updated(2, "bob"));
        Assert.Equal([], other.Calls.TakeMethods());
    }

    [Fact]
    public async Task ApplyAsync_CreatedThatIsThere_TakesTheRefusalAsAnAnswer()
    {
        var (process, other) = (Start(), Start());
        await process.ApplyAsync(Created(1), Updated(2, "bob"));

        await other.ApplyAsync(Created(1));

        Assert.Equal(["POST", "GET"], other.Calls.TakeMethods());
        Assert.Equal("bob", (await other.Store.FindAsync("cus_1", Token))!.Name);
    }

    [Fact]
    public async Task ApplyAsync_ChangedByAnotherProcess_ReadsAgainAndDecides()
    {
        var (process, other) = (Start(), Start());
        await process.ApplyAsync(Created(1));
        await other.ApplyAsync(Updated(5, "eve"));
        process.Calls.Reset();

        await process.ApplyAsync(Updated(3, "cid"));
        Assert.Equal(["PATCH", "GET"], process.Calls.TakeMethods());
        Assert.Equal("eve", (await process.Store.FindAsync("cus_1", Token))!.Name);

        await other.ApplyAsync(Updated(6, "fay"));
        process.Calls.Reset();
        await process.ApplyAsync(Updated(7, "gus"));
        Assert.Equal(["PATCH", "GET", "PATCH"], process.Calls.TakeMethods());
        Assert.Equal("gus", (await process.Store.FindAsync("cus_1", Token))!.Name);
    }

    [Fact]
    public async Task ApplyAsync_AfterDeletion_StaysDeleted()
    {
        var (process, other) = (Start(), Start());
        await process.ApplyAsync(StripeEventBuilder.Customer(EventTypes.CustomerDeleted, "evt_1", StripeEventBuilder.Time, "ann"));

        await process.ApplyAsync(Updated(9, "bob"));
        await other.ApplyAsync(Updated(9, "bob"));

        var customer = await process.Store.FindAsync("cus_1", Token);
        Assert.Equal((true, "ann"), (customer!.Deleted, customer.Name));
    }

    [Fact]
    public async Task ApplyAsync_FieldsThatAreCleared_AreClearedAndForeignColumnsStay()
    {
        var process = Start();
        await process.ApplyAsync(Created(1));
        await Table.UpsertEntityAsync(new TableEntity(TableKey.Bucket("cus_1"), "cus_1") { ["SalesforceId"] = "003" }, TableUpdateMode.Merge, Token);

        await process.ApplyAsync(StripeEventBuilder.Event("evt_2", EventTypes.CustomerUpdated, StripeEventBuilder.Time + 2, new { id = "cus_1", name = (string?)null }));

        var customer = await process.Store.FindAsync("cus_1", Token);
        Assert.Null(customer!.Name);
        Assert.Null(customer.Created);
        Assert.Empty(customer.Metadata);
        var row = (await Table.GetEntityAsync<TableEntity>(TableKey.Bucket("cus_1"), "cus_1", cancellationToken: Token)).Value;
        Assert.Equal("003", row.GetString("SalesforceId"));
    }

    [Fact]
    public async Task ApplyAsync_RowRemovedByHand_IsWrittenAnew()
    {
        var process = Start();
        await process.ApplyAsync(Created(1));
        await Table.DeleteEntityAsync(TableKey.Bucket("cus_1"), "cus_1", ETag.All, Token);

        await process.ApplyAsync(Updated(2, "bob"));

        Assert.Equal("bob", (await process.Store.FindAsync("cus_1", Token))!.Name);
    }

    [Theory]
    [InlineData('"')]
    [InlineData('字')]
    [InlineData('\u0001')]
    public async Task ApplyAsync_AsMuchMetadataAsStripeAllows_IsKept(char letter)
    {
        var metadata = Enumerable.Range(0, 50).ToDictionary(number => $"{number:d40}", number => new string(letter, 497) + $"{number:d3}");
        var process = Start();

        await process.ApplyAsync(StripeEventBuilder.Event("evt_1", EventTypes.CustomerCreated, StripeEventBuilder.Time, new { id = "cus_1", metadata }));

        Assert.Equal(metadata, (await process.Store.FindAsync("cus_1", Token))!.Metadata);
    }

    [Fact]
    public async Task ApplyAsync_AnyOrderInTwoProcessesAtOnce_EndsInOneRow()
    {
        var (process, other) = (Start(), Start());
        var orders = StripeEventBuilder.Orders([0, 1, 2, 3]).ToList();

        await Parallel.ForEachAsync(orders.Index(), Token, async (order, _) =>
        {
            var events = EventsOf($"cus_{order.Index}");
            await Task.WhenAll(order.Item.Select(async (which, turn) => await (turn % 2 == 0 ? process : other).ApplyAsync(events[which])));
        });

        for (var number = 0; number < orders.Count; number++)
        {
            var customer = await process.Store.FindAsync($"cus_{number}", Token);
            Assert.Equal(("dee", "evt_4", false), (customer!.Name, customer.LastEvent.EventId, customer.Deleted));
        }

        static StripeEvent[] EventsOf(string id) =>
        [
            StripeEventBuilder.Customer(EventTypes.CustomerCreated, "evt_9", StripeEventBuilder.Time, "ann", id),
            StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_2", StripeEventBuilder.Time, "bob", id),
            StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_3", StripeEventBuilder.Time + 1, "cid", id),
            StripeEventBuilder.Customer(EventTypes.CustomerUpdated, "evt_4", StripeEventBuilder.Time + 1, "dee", id),
        ];
    }

    [Fact]
    public async Task ListAsync_PageByPage_HasEachCustomerOnce()
    {
        var process = Start();
        var ids = Enumerable.Range(0, 40).Select(number => $"cus_{number}").ToList();
        await Parallel.ForEachAsync(ids, Token, async (id, _) => await process.ApplyAsync(StripeEventBuilder.Customer(EventTypes.CustomerCreated, "evt_1", 1, "ann", id)));

        var listed = new List<string>();
        while (true)
        {
            var page = await process.Store.ListAsync(listed.LastOrDefault(), 7, Token).Take(7).Select(customer => customer.Id).ToListAsync(Token);
            listed.AddRange(page);
            if (page.Count < 7)
            {
                break;
            }
        }

        Assert.Equal(ids.OrderBy(TableKey.Bucket, StringComparer.Ordinal).ThenBy(id => id, StringComparer.Ordinal), listed);
    }

    private static StripeEvent Created(int second) => StripeEventBuilder.Customer(EventTypes.CustomerCreated, $"evt_{second}", StripeEventBuilder.Time + second, "ann");

    private static StripeEvent Updated(int second, string name) => StripeEventBuilder.Customer(EventTypes.CustomerUpdated, $"evt_{second}", StripeEventBuilder.Time + second, name);

    private AppProcess Start()
    {
        var calls = new StorageFake();
        var store = new CustomerStore(calls.Tables(_storage), TimeProvider.System);
        return new AppProcess(store, CustomerDirectoryBuilder.Handler(store, calls.Tables(_storage), _stripe), calls);
    }

    /// <summary>A process of the app, with its own memory of what is stored.</summary>
    private sealed record AppProcess(CustomerStore Store, CustomerEventHandler Handler, StorageFake Calls)
    {
        public Task ApplyAsync(params StripeEvent[] events) => Handler.ApplyAsync(Handler.SubjectOf(events[0])!, events, Token);
    }
}
