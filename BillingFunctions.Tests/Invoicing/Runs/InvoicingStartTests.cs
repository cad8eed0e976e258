using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Runs;

/// <summary>A start that is given while a run is under way: the run takes in all customers of that moment, those too that it has passed by.</summary>
public sealed class InvoicingStartTests(AzuriteFixture azurite)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>More than a page, in the order in which a run comes by them.</summary>
    private static IReadOnlyList<BilledCustomer> Customers { get; } = [.. InvoicingJobsDriver.Customers(150).OrderBy(customer => TableKey.Bucket(customer.Id), StringComparer.Ordinal)];

    /// <summary>Those that a run has passed by when it has read its first page.</summary>
    private static IReadOnlyList<BilledCustomer> Late { get; } =
        [.. InvoicingJobsDriver.Customers(2000).Skip(1000).Where(customer => string.CompareOrdinal(TableKey.Bucket(customer.Id), TableKey.Bucket(Customers[50].Id)) < 0).Take(3)];

    [Fact]
    public async Task Start_CustomerUploadedBehindTheRun_IsNamedAndTakenIn()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await using var runs = await StartAndHoldAsync(jobs, Customers);
        await jobs.SeedAsync(Late.Take(2));

        var second = await runs.AskAsync();
        _goOn.SetResult();
        var ended = await runs.EndAsync();

        var missing = second.GetProperty("missing");
        Assert.Equal(ended.Id, second.GetProperty("id").GetString());
        Assert.Equal(52, missing.GetProperty("count").GetInt32());
        Assert.Superset(Late.Take(2).Select(customer => customer.Id).ToHashSet(), IdsOf(missing).ToHashSet());
        Assert.Equal((152, 152), (ended.Customers, ended.Added));
        await AssertEachHasOneLookupAsync(jobs, 152);
    }

    /// <summary>It was in no upload when the run came by.</summary>
    [Fact]
    public async Task Start_CustomerThatCanBeBilledNow_IsTakenIn()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await using var runs = await StartAndHoldAsync(jobs, [Customers[0] with { LastIngestedAt = null }, Customers[1] with { FirstBillingMonth = "2999-01" }, .. Customers.Skip(2)]);
        Assert.Equal(InvoiceStatus.NotBilled, (await jobs.FindAsync(Customers[0].Id)).Status);
        await jobs.SeedAsync(Customers.Take(2));

        var missing = (await runs.AskAsync()).GetProperty("missing");
        _goOn.SetResult();
        var ended = await runs.EndAsync();

        Assert.Superset(Customers.Take(2).Select(customer => customer.Id).ToHashSet(), IdsOf(missing).ToHashSet());
        Assert.Equal((150, 0), (ended.Customers, ended.NotBilled));
        await AssertEachHasOneLookupAsync(jobs, 150);
    }

    /// <summary>The mail is to go to the address that is right when the start is given, and the amount to be in the currency.</summary>
    [Fact]
    public async Task Start_CustomerThatHasChanged_IsBilledAsItIs()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await using var runs = await StartAndHoldAsync(jobs, Customers);
        await jobs.LookUpAsync(Customers[1].Id);
        await jobs.SeedAsync([Customers[0] with { Email = "new@example.com", Currency = "eur" }, Customers[1] with { Email = "right@example.com", Currency = "eur" }]);

        await runs.AskAsync();
        _goOn.SetResult();
        await runs.EndAsync();

        var (changed, priced) = (await jobs.FindAsync(Customers[0].Id), await jobs.FindAsync(Customers[1].Id));
        Assert.Equal((InvoiceStatus.Pending, "new@example.com", "eur"), (changed.Status, changed.Email, changed.Currency));
        Assert.Equal((InvoiceStatus.Priced, "right@example.com", "usd"), (priced.Status, priced.Email, priced.Amount!.Value.Currency));
    }

    /// <summary>Everything is added, and the run is about to end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Start_AsTheRunEnds_TakesInTheCustomerWithoutASecondRun(int starts)
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await jobs.SeedAsync(Customers.Take(20));
        await using var runs = await InvoicingRunsDriver.StartAsync(jobs);
        runs.BeforeEnd = HoldAsync;
        var first = await runs.AskAsync();
        await _reached.Task;
        await jobs.SeedAsync(Late);

        var others = await Task.WhenAll(Enumerable.Range(0, starts).Select(_ => runs.AskAsync()));
        _goOn.SetResult();
        var ended = await runs.EndAsync();

        Assert.All(others, other => Assert.Equal(first.GetProperty("id").GetString(), other.GetProperty("id").GetString()));
        Assert.All(others, other => Assert.Equal(Late.Select(customer => customer.Id).Order(), IdsOf(other.GetProperty("missing")).Order()));
        Assert.Equal((first.GetProperty("id").GetString(), 23, 23), (ended.Id, ended.Customers, ended.Added));
        await AssertEachHasOneLookupAsync(jobs, 23);
    }

    /// <summary>The end is written, though the engine does not know yet: too late for this run.</summary>
    [Fact]
    public async Task Start_WhenTheEndIsWritten_BeginsAnotherRun()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await jobs.SeedAsync(Customers.Take(5));
        await using var runs = await InvoicingRunsDriver.StartAsync(jobs);
        runs.AfterEnd = HoldAsync;
        var first = await runs.AskAsync();
        await _reached.Task;
        await jobs.SeedAsync(Late);

        var second = await runs.AskAsync();
        _goOn.SetResult();
        await Poll.UntilAsync(async () => await jobs.Store.FindAsync(InvoicingJobsDriver.Month, Late[^1].Id, TestContext.Current.CancellationToken), invoice => invoice is not null);

        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(second.GetProperty("id").GetString(), (await runs.EndAsync()).Id);
        await AssertEachHasOneLookupAsync(jobs, 8);
    }

    /// <summary>The pass that the second start brought about has passed by too when another customer comes.</summary>
    [Fact]
    public async Task Start_AnotherUploadDuringTheSecondPass_IsTakenInByAThirdStart()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await jobs.SeedAsync(Customers);
        await using var runs = await InvoicingRunsDriver.StartAsync(jobs);
        var (pages, asked) = (0, new List<JsonElement>());
        runs.BeforePage = async page =>
        {
            // The second page of the first pass, and that of the second.
            if (page.After is not null && ++pages is 1 or 2)
            {
                await jobs.SeedAsync([Late[pages - 1]]);
                asked.Add(await runs.AskAsync());
            }
        };

        var first = await runs.AskAsync();
        var ended = await runs.EndAsync();

        Assert.Equal(2, asked.Count);
        Assert.All(asked, answer => Assert.Equal(first.GetProperty("id").GetString(), answer.GetProperty("id").GetString()));
        Assert.Equal((first.GetProperty("id").GetString(), 152, 152), (ended.Id, ended.Customers, ended.Added));
        await AssertEachHasOneLookupAsync(jobs, 152);
    }

    [Fact]
    public async Task Start_NobodyIsMissing_SaysSo()
    {
        await using var jobs = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await jobs.SeedAsync([.. Customers.Take(3), Customers[3] with { LastIngestedAt = null }]);
        await using var runs = await InvoicingRunsDriver.StartAsync(jobs);
        var first = (await runs.AskAsync()).GetProperty("missing");
        await runs.EndAsync();

        var missing = (await runs.AskAsync()).GetProperty("missing");

        Assert.Equal((3, 0), (first.GetProperty("count").GetInt32(), missing.GetProperty("count").GetInt32()));
        Assert.Empty(IdsOf(missing));
        Assert.True(missing.GetProperty("is_complete").GetBoolean());
    }

    private static IEnumerable<string> IdsOf(JsonElement missing) => missing.GetProperty("customer_ids").EnumerateArray().Select(id => id.GetString()!);

    /// <summary>A lookup that has been done counts too.</summary>
    private static async Task AssertEachHasOneLookupAsync(InvoicingJobsDriver jobs, int expected)
    {
        var queued = await jobs.TakeAsync(InvoiceLookup.Queue);
        Assert.Equal((expected, expected), ((await jobs.CountAsync()).CountOf(InvoiceStatus.Pending), queued.Distinct().Count()));
    }

    private async Task HoldAsync()
    {
        _reached.TrySetResult();
        await _goOn.Task;
    }

    /// <summary>Starts a run over these customers and holds it when the first page has been added.</summary>
    private async Task<InvoicingRunsDriver> StartAndHoldAsync(InvoicingJobsDriver jobs, IEnumerable<BilledCustomer> customers)
    {
        await jobs.SeedAsync(customers);
        var runs = await InvoicingRunsDriver.StartAsync(jobs);
        runs.BeforePage = page => page.After is null ? Task.CompletedTask : HoldAsync();
        await runs.AskAsync();
        await _reached.Task;
        return runs;
    }
}
