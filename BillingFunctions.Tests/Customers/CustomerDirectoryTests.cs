using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using Stripe;
using Customer = BillingFunctions.Customers.Customer;

namespace BillingFunctions.Tests.Customers;

public sealed class CustomerDirectoryTests(AzuriteFixture azurite)
{
    private const string Crm = "salesforce";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(StripeEventBuilder.Time);
    private static readonly IngestStamp Upload = new(Now, "upl_1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ApplyAsync_OurIdAlone_IsOneCustomerUnderBothIds()
    {
        var process = await StartAsync();

        await process.ApplyAsync(Told(1, "ann", "A1"));
        await process.ApplyAsync(Told(1, "ann", "A1"));

        await process.AssertOneAsync("A1", "cus_1");
        Assert.Equal(("ann", "cus_1"), ((await process.FindAsync("cus_1")).Name, (await process.FindAsync("cus_1")).StripeId));
        Assert.Empty(await process.AuditAsync());
    }

    /// <summary>Our id is noted at Stripe after the customer was known by Stripe's, or an event of before that comes late.</summary>
    [Theory]
    [InlineData("stripe first")]
    [InlineData("ours first")]
    [InlineData("together")]
    public async Task ApplyAsync_OurIdAfterOrBeforeStripesOwn_EndsInOneCustomer(string order)
    {
        var process = await StartAsync();
        var (stripes, ours) = (Told(1, "ann"), Told(2, "anna", "A1"));

        foreach (var events in order switch { "stripe first" => new StripeEvent[][] { [stripes], [ours] }, "ours first" => [[ours], [stripes]], _ => [[stripes, ours]] })
        {
            await process.ApplyAsync(events);
        }

        await process.AssertOneAsync("A1", "cus_1");
        Assert.Equal(("anna", "evt_2"), ((await process.FindAsync("A1")).Name, (await process.FindAsync("A1")).LastEvent.EventId));
        Assert.Equal(order == "stripe first" ? ["merged"] : [], await process.AuditAsync());
    }

    [Fact]
    public async Task ApplyAsync_LaterEventWithoutOurId_FindsTheCustomerByStripesId()
    {
        var process = await StartAsync();
        await process.ApplyAsync(Told(1, "ann", "A1"));

        await process.ApplyAsync(Told(2, "anna"));

        await process.AssertOneAsync("A1", "cus_1");
        Assert.Equal("anna", (await process.FindAsync("A1")).Name);
    }

    [Fact]
    public async Task ApplyAsync_CustomerOfARequest_IsLinkedAndMerged()
    {
        var process = await StartAsync();
        await process.RequestAsync("A1", "name", "Ann");

        await process.ApplyAsync(Told(5, "ann", "A1"));

        await process.AssertOneAsync("A1", "cus_1");
        Assert.Equal(("ann", "ann@example.com", Customer.FromApi), ((await process.FindAsync("A1")).Name, (await process.FindAsync("A1")).Email, (await process.FindAsync("A1")).Origin));
        Assert.Equal(["overwritten name Ann"], await process.AuditAsync());
    }

    [Fact]
    public async Task ApplyAsync_OurIdClaimedByTwo_LinksTheFirstAndAuditsTheSecondOnce()
    {
        var process = await StartAsync();
        await process.ApplyAsync(Told(1, "ann", "A1"));

        await process.ApplyAsync(Told(2, "bob", "A1", "cus_2"));
        await process.ApplyAsync(Told(2, "bob", "A1", "cus_2"));

        Assert.Equal(["A1", "cus_2"], (await process.ListAsync()).Select(customer => customer.Id).Order(StringComparer.Ordinal));
        Assert.Equal(("ann", "cus_1"), ((await process.FindAsync("A1")).Name, (await process.FindAsync("A1")).StripeId));
        Assert.Equal("bob", (await process.FindAsync("cus_2")).Name);
        Assert.Equal(["not_linked"], await process.AuditAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsync_UploadedRowWithAStripeIdThatStripeHasToldOf_IsOneCustomer(bool isToldFirst)
    {
        var process = await StartAsync();

        if (isToldFirst)
        {
            await process.ApplyAsync(Told(1, "ann"));
        }

        await process.UploadAsync();
        if (!isToldFirst)
        {
            await process.ApplyAsync(Told(1, "ann"));
        }

        await process.AssertOneAsync("A1", "cus_1");
        var customer = await process.FindAsync("cus_1");
        Assert.Equal(("ann", "ann@example.com", Customer.FromStripe, Now), (customer.Name, customer.Email, customer.Origin, customer.LastIngestedAt));
        Assert.Equal(("file@example.com", "2026-02"), (customer.UploadedEmail, customer.FirstBillingMonth));
        Assert.Equal([.. isToldFirst ? ["merged"] : Array.Empty<string>(), "overwritten email file@example.com", "overwritten name From a file"], await process.AuditAsync());
    }

    /// <summary>Each call to storage fails once, before it is done or after it.</summary>
    [Theory]
    [InlineData("event", StorageFault.FailBefore)]
    [InlineData("event", StorageFault.FailAfter)]
    [InlineData("upload", StorageFault.FailBefore)]
    [InlineData("upload", StorageFault.FailAfter)]
    internal async Task Merge_FailsBetweenAnyTwoCalls_EndsTheSameWhenDeliveredAgain(string what, StorageFault fault)
    {
        var expected = "";
        for (var (number, isOver) = (0, false); !isOver; number++)
        {
            var process = await StartAsync();
            await process.ApplyAsync(Told(1, "ann"));
            await (what == "upload" ? Task.CompletedTask : process.UploadAsync(stripeId: null));
            var (count, failing) = (0, number);
            process.Calls.FaultOf = (_, _) => ++count == failing ? fault : StorageFault.None;

            try
            {
                await RunAsync(process);
                isOver = count < failing;
            }
            catch (IOException)
            {
                await RunAsync(process);
            }

            process.Calls.FaultOf = (_, _) => StorageFault.None;
            await process.AssertOneAsync("A1", "cus_1");
            var end = $"{JsonSerializer.Serialize(await process.FindAsync("A1") with { UpdatedAt = default })} {string.Join(", ", await process.AuditAsync())}";
            expected = number == 0 ? end : expected;
            Assert.Equal(expected, end);
        }

        Task RunAsync(AppProcess process) => what == "upload" ? process.UploadAsync() : process.ApplyAsync(Told(2, "anna", "A1"));
    }

    /// <summary>What Stripe's id leads to is changed after it was merged, and before it leads there.</summary>
    [Fact]
    public async Task LeadAsync_ChangedBetweenMergeAndLead_LosesNothing()
    {
        var storage = await NewStorageAsync();
        var other = AppProcess.Start(storage, new StorageFake());
        await other.ApplyAsync(Told(1, "ann"));
        var isChanged = false;
        var calls = new StorageFake
        {
            Done = async call =>
            {
                if (!isChanged && call.Request.Method != RequestMethod.Get && call.Request.Uri.ToUri().AbsolutePath.Contains("RowKey='A1'", StringComparison.Ordinal))
                {
                    isChanged = true;
                    await other.ApplyAsync(Told(3, "hanna"));
                }
            },
        };
        var process = AppProcess.Start(storage, calls);
        await other.RequestAsync("A1", "phone", "1");

        await process.Directory.LeadAsync("cus_1", "A1", "upl_1", Now, Token);

        Assert.True(isChanged);
        await process.AssertOneAsync("A1", "cus_1");
        Assert.Equal(("hanna", "evt_3"), ((await process.FindAsync("A1")).Name, (await process.FindAsync("A1")).LastEvent.EventId));
        Assert.Equal("hanna", (await process.FindAsync("A1")).CopyIn(Customer.FromStripe)!.Known!["name"]);
    }

    [Fact]
    public async Task LeadAsync_CustomerThatARequestHasChanged_KeepsTheChange()
    {
        var process = await StartAsync();
        await process.ApplyAsync(Told(1, "ann"));
        await process.RequestAsync("cus_1", "name", "Ann Smith", minute: 1);

        await process.UploadAsync();

        await process.AssertOneAsync("A1", "cus_1");
        var customer = await process.FindAsync("A1");
        Assert.Equal(("Ann Smith", "ann"), (customer.Name, customer.CopyIn(Customer.FromStripe)!.Known!["name"]));
        Assert.Equal(Customer.FromApi, customer.StampOf("name").By);
    }

    [Fact]
    public async Task ApplyAsync_TwoProcessesAtOnceInAnyOrder_EndInOneCustomer()
    {
        var storage = await NewStorageAsync();
        var (process, other) = (AppProcess.Start(storage, new StorageFake()), AppProcess.Start(storage, new StorageFake()));
        var orders = StripeEventBuilder.Orders([0, 1, 2, 3]).ToList();

        await Parallel.ForEachAsync(orders.Index(), Token, async (order, _) =>
        {
            var (ours, stripes) = ($"A{order.Index}", $"cus_{order.Index}");
            StripeEvent[] events = [Told(1, "ann", null, stripes), Told(2, "bob", ours, stripes), Told(3, "cid", null, stripes), Told(4, "dee", ours, stripes)];
            await Task.WhenAll(order.Item.Select((which, turn) => (turn % 2 == 0 ? process : other).ApplyAsync(events[which])));
        });

        Assert.Equal(orders.Count, (await process.ListAsync()).Count);
        for (var number = 0; number < orders.Count; number++)
        {
            Assert.Equal(($"A{number}", "dee", "evt_4"), await process.FindAsync($"cus_{number}") is var customer ? (customer.Id, customer.Name, customer.LastEvent.EventId) : default);
        }
    }

    [Fact]
    public async Task HearAsync_SystemsOwnCustomer_IsAddedUnderItsIdThere()
    {
        var process = await StartAsync();

        await process.HearAsync(Said("ann", minute: 1));
        await process.HearAsync(Said("ann", minute: 1));

        Assert.Equal(("001", Crm, "ann"), (await process.FindAsync("001")) is var customer ? (customer.Id, customer.Origin, customer.Name) : default);
        Assert.Empty(await process.AuditAsync("001"));
    }

    [Fact]
    public async Task HearAsync_OurIdNotedLater_BecomesOneCustomer()
    {
        var process = await StartAsync();
        await process.HearAsync(Said("ann", minute: 1));
        await process.RequestAsync("A1", "phone", "1");

        await process.HearAsync(Said("anna", minute: 2) with { OurId = "A1" });

        await process.AssertOneAsync("A1", "001");
        Assert.Equal(("anna", "1", "001"), (await process.FindAsync("001")) is var customer ? (customer.Name, customer.Phone, customer.CopyIn(Crm)!.Id) : default);
        Assert.Equal(["merged"], await process.AuditAsync());
    }

    /// <summary>It may be older than what was written.</summary>
    [Fact]
    public async Task HearAsync_ReadBeforeOurWriteEnded_ChangesNothing()
    {
        var process = await StartAsync();
        var write = new CompletedWrite(new Dictionary<string, string?> { ["name"] = "ann" }, "digest", Now, Now.AddMinutes(1));
        await process.RequestAsync("A1", "name", "ann");
        await process.HearAsync(Said("ann", minute: 1) with { OurId = "A1", Write = write });

        Assert.Null(await process.HearAsync(Said("bob", minute: 1) with { OurId = "A1", ReadAt = Now.AddMinutes(1) }));
        Assert.NotNull(await process.HearAsync(Said("cid", minute: 2) with { OurId = "A1", ReadAt = Now.AddMinutes(2) }));

        Assert.Equal("cid", (await process.FindAsync("A1")).Name);
        Assert.Equal(["overwritten name ann"], await process.AuditAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("A1")]
    public async Task HearAsync_DeletedAndNotKnown_AddsNothing(string? ourId)
    {
        var process = await StartAsync();

        Assert.Null(await process.HearAsync(Said("ann", minute: 1) with { OurId = ourId, Deleted = true }));

        Assert.Empty(await process.ListAsync());
    }

    /// <summary>What a process remembers may be old: what looks unchanged to it is not.</summary>
    [Fact]
    public async Task HearAsync_ChangedBackWhileAnotherProcessHeardTheChange_IsTaken()
    {
        var storage = await NewStorageAsync();
        var (process, other) = (AppProcess.Start(storage, new StorageFake()), AppProcess.Start(storage, new StorageFake()));
        await process.HearAsync(Said("ann", minute: 1));
        await other.HearAsync(Said("bob", minute: 2));

        await process.HearAsync(Said("ann", minute: 3));

        Assert.Equal("ann", (await other.FindAsync("001")).Name);
    }

    [Fact]
    public async Task HearAsync_OurIdClaimedByTwoRecords_LeavesTheFirstLinked()
    {
        var process = await StartAsync();
        await process.HearAsync(Said("ann", minute: 1) with { OurId = "A1" });

        await process.HearAsync(Said("bob", minute: 2) with { OurId = "A1", RemoteId = "002" });
        await process.HearAsync(Said("bob", minute: 2) with { OurId = "A1", RemoteId = "002" });

        Assert.Equal(["002", "A1"], (await process.ListAsync()).Select(customer => customer.Id).Order(StringComparer.Ordinal));
        Assert.Equal(("ann", "001"), (await process.FindAsync("A1")) is var customer ? (customer.Name, customer.CopyIn(Crm)!.Id) : default);
        Assert.Equal(["not_linked"], await process.AuditAsync());
    }

    private static StripeEvent Told(int second, string name, string? ourId = null, string id = "cus_1") => StripeEventBuilder.Event(
        $"evt_{second}",
        second == 1 ? EventTypes.CustomerCreated : EventTypes.CustomerUpdated,
        StripeEventBuilder.Time + second,
        new { id, name, email = $"ann@example.com", metadata = ourId is null ? [] : new Dictionary<string, string> { ["billing_customer_id"] = ourId } });

    private static CustomerSnapshot Said(string name, int minute) => new()
    {
        System = Crm,
        RemoteId = "001",
        Content = CustomerContent.From([new("name", name)]),
        Covers = field => field == CustomerContent.NameField,
        ChangedAt = Now.AddMinutes(minute),
        Cause = "notice",
    };

    private async Task<string> NewStorageAsync()
    {
        var storage = azurite.NewAccount();
        await new TableClient(storage, CustomerStore.Table).CreateIfNotExistsAsync(Token);
        await new TableClient(storage, CustomerAudit.Table).CreateIfNotExistsAsync(Token);
        return storage;
    }

    private async Task<AppProcess> StartAsync() => AppProcess.Start(await NewStorageAsync(), new StorageFake(HttpPipelinePosition.PerCall));

    /// <summary>A process of the app, with its own memory of what is stored.</summary>
    private sealed record AppProcess(StorageFake Calls, TableServiceClient Tables, CustomerStore Store, CustomerDirectory Directory, CustomerEventHandler Handler)
    {
        public static AppProcess Start(string storage, StorageFake calls)
        {
            var tables = calls.Tables(storage);
            var store = new CustomerStore(tables, TimeProvider.System);
            return new AppProcess(calls, tables, store, CustomerDirectoryBuilder.Directory(store, tables), CustomerDirectoryBuilder.Handler(store, tables, new CurrentObjectsFake()));
        }

        public Task ApplyAsync(params StripeEvent[] events) => Handler.ApplyAsync(Handler.SubjectOf(events[0])!, events, Token);

        public Task<Customer?> HearAsync(CustomerSnapshot said) => Directory.HearAsync(said, Token);

        /// <summary>A row of a file, which says more than Stripe does.</summary>
        public Task UploadAsync(string? stripeId = "cus_1") => new UploadedCustomerWriter(Tables, Directory, TimeProvider.System).WriteAsync(
            [new UploadedCustomer("A1", "file@example.com") { Name = "From a file", StripeId = stripeId, FirstBillingMonth = "2026-02" }], Upload, Token);

        public async Task RequestAsync(string id, string field, string value, int minute = 0) => await Directory.ChangeAsync(
            id,
            "tsk_1",
            stored => SnapshotMerge.Change(
                stored ?? new Customer { Id = id, LastEvent = EventVersion.None, Origin = Customer.FromApi }, new Dictionary<string, string?> { [field] = value }, Now.AddMinutes(minute)),
            Token);

        public async Task<Customer> FindAsync(string id) => (await Directory.FindAsync(id, Token))!;

        public Task<List<Customer>> ListAsync() => Directory.ListAsync(after: null, pageSize: 100, Token).ToListAsync(Token).AsTask();

        /// <summary>One record, which both ids lead to.</summary>
        public async Task AssertOneAsync(string id, string remoteId)
        {
            Assert.Equal([id], (await ListAsync()).Select(customer => customer.Id));
            Assert.Equal(id, (await FindAsync(remoteId)).Id);
            Assert.Equal(id, (await Store.FindRowAsync(remoteId, Token))!.MergedInto);
        }

        /// <summary>What the audit has, in the order of the alphabet.</summary>
        public async Task<List<string>> AuditAsync(string id = "A1") => await new CustomerAudit(Tables).ListAsync(id, after: null, pageSize: 100, Token)
            .Select(entry => $"{entry.Entry.What} {entry.Entry.Field} {entry.Entry.Lost}".TrimEnd()).Order(StringComparer.Ordinal).ToListAsync(Token);
    }
}
