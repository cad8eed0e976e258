using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Tests.Fixtures;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Customers;

/// <summary>Alone, because memory is that of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class CustomerListTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_25000WithChangesMeanwhile_MissesNoneAndRepeatsNone()
    {
        await using var simulator = await StartAsync(25_000, change: options => options with { Customers = options.Customers with { Burst = 37, Skew = 2 } });
        var customers = simulator.Customers();
        var seen = new List<string>();
        var (deleted, made) = (new HashSet<string>(), new HashSet<string>());

        await foreach (var customer in customers.ListAutoPagingAsync(new CustomerListOptions { Limit = 100 }, cancellationToken: Token))
        {
            seen.Add(customer.Id);
            if (seen.Count % 1_000 == 50)
            {
                // One already seen and one still to come are deleted, and one is created in front
                deleted.Add(seen[^10]);
                deleted.Add(IdOf(25_000 - seen.Count - 500));
                Assert.True(simulator.Customers.Delete(seen[^10]));
                Assert.True(simulator.Customers.Delete(IdOf(25_000 - seen.Count - 500)));
                made.Add((await customers.CreateAsync(new CustomerCreateOptions { Name = "New" }, cancellationToken: Token)).Id);
            }
        }

        var expected = Enumerable.Range(0, 25_000).Select(IdOf).Where(id => !deleted.Contains(id) || seen.Contains(id));
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Empty(made.Intersect(seen));
        Assert.Equal(25_000 - deleted.Count + made.Count, simulator.CustomerCount);
        Assert.Equal(simulator.CustomerCount, (await customers.IdsAsync()).Count);
    }

    [Fact]
    public async Task List_Always_IsNewestFirstThenById()
    {
        await using var simulator = await StartAsync(500, change: options => options with { Customers = options.Customers with { Burst = 25 } });
        var customers = simulator.Customers();
        await customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token);

        var all = await customers.ListAutoPagingAsync(new CustomerListOptions { Limit = 33 }, cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(501, all.Count);
        Assert.Equal(all.OrderByDescending(customer => customer.Created).ThenByDescending(customer => customer.Id, StringComparer.Ordinal), all);
        Assert.Equal(21, all.Select(customer => customer.Created).Distinct().Count());
    }

    [Fact]
    public async Task List_EndingBefore_GivesThePageJustNewer()
    {
        await using var simulator = await StartAsync(30);
        var customers = simulator.Customers();
        var all = await customers.IdsAsync();

        var page = await customers.ListAsync(new CustomerListOptions { Limit = 5, EndingBefore = all[20] }, cancellationToken: Token);
        var first = await customers.ListAsync(new CustomerListOptions { Limit = 5, EndingBefore = all[3] }, cancellationToken: Token);

        Assert.Equal(all[15..20], page.Select(customer => customer.Id));
        Assert.True(page.HasMore);
        Assert.Equal(all[..3], first.Select(customer => customer.Id));
        Assert.False(first.HasMore);
    }

    [Fact]
    public async Task List_LimitAndHasMore_AreExactAtTheEnd()
    {
        await using var simulator = await StartAsync(20);
        var customers = simulator.Customers();

        Assert.Equal((10, true), Shape(await customers.ListAsync(cancellationToken: Token)));
        Assert.Equal((20, false), Shape(await customers.ListAsync(new CustomerListOptions { Limit = 20 }, cancellationToken: Token)));
        Assert.Equal((19, true), Shape(await customers.ListAsync(new CustomerListOptions { Limit = 19 }, cancellationToken: Token)));
        Assert.Equal(
            (0, false),
            Shape(await customers.ListAsync(new CustomerListOptions { StartingAfter = IdOf(0) }, cancellationToken: Token)));

        static (int Count, bool HasMore) Shape(StripeList<Customer> page) => (page.Data.Count, page.HasMore);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(-1)]
    public async Task List_LimitOutOfRange_IsRefused(long limit)
    {
        await using var simulator = await StartAsync();

        var refused = await RefusedAsync(() => simulator.Customers().ListAsync(new CustomerListOptions { Limit = limit }, cancellationToken: Token));

        Assert.Equal((400, "invalid_request_error", "limit"), ((int)refused.HttpStatusCode, refused.StripeError!.Type, refused.StripeError.Param));
    }

    [Fact]
    public async Task List_CursorUnknownOrDeleted_IsResourceMissing()
    {
        await using var simulator = await StartAsync(10);
        var customers = simulator.Customers();
        await customers.DeleteAsync(IdOf(4), cancellationToken: Token);

        foreach (var id in new[] { "cus_nothing", IdOf(4), IdOf(10) })
        {
            var refused = await RefusedAsync(() => customers.ListAsync(new CustomerListOptions { StartingAfter = id }, cancellationToken: Token));

            Assert.Equal(400, (int)refused.HttpStatusCode);
            Assert.Equal(("resource_missing", "starting_after", $"No such customer: '{id}'"), (refused.StripeError!.Code, refused.StripeError.Param, refused.Message));
        }
    }

    [Fact]
    public async Task List_CreatedFilters_AreExactAtTheBounds()
    {
        await using var simulator = await StartAsync(1_000, change: options => options with
        {
            Customers = options.Customers with { Burst = 7, Span = TimeSpan.FromSeconds(900), Skew = 3 },
        });
        var customers = simulator.Customers();
        var all = await customers.ListAutoPagingAsync(new CustomerListOptions { Limit = 100 }, cancellationToken: Token).ToListAsync(Token);
        var (low, high) = (all[700].Created, all[250].Created);

        await AssertRangeAsync(new DateRangeOptions { GreaterThanOrEqual = low, LessThanOrEqual = high }, at => at >= low && at <= high);
        await AssertRangeAsync(new DateRangeOptions { GreaterThan = low, LessThan = high }, at => at > low && at < high);
        await AssertRangeAsync((DateTime?)low, at => at == low);
        await AssertRangeAsync(new DateRangeOptions { LessThan = all[^1].Created }, _ => false);

        async Task AssertRangeAsync(AnyOf<DateTime?, DateRangeOptions>? created, Func<DateTime, bool> expected)
            => Assert.Equal(
                all.Where(customer => expected(customer.Created)).Select(customer => customer.Id),
                await customers.IdsAsync(new CustomerListOptions { Limit = 13, Created = created }));
    }

    [Fact]
    public async Task List_Email_FindsSeededChangedAndMade()
    {
        await using var simulator = await StartAsync(1_000);
        var customers = simulator.Customers();
        var email = (await customers.GetAsync(IdOf(77), cancellationToken: Token)).Email!;
        await customers.UpdateAsync(IdOf(500), new CustomerUpdateOptions { Email = email }, cancellationToken: Token);
        var made = await customers.CreateAsync(new CustomerCreateOptions { Email = email }, cancellationToken: Token);

        Assert.Equal([made.Id, IdOf(500), IdOf(77)], await customers.IdsAsync(new CustomerListOptions { Email = email, Limit = 1 }));

        await customers.UpdateAsync(IdOf(77), new CustomerUpdateOptions { Email = "other@example.com" }, cancellationToken: Token);
        await customers.DeleteAsync(made.Id, cancellationToken: Token);

        Assert.Equal([IdOf(500)], await customers.IdsAsync(new CustomerListOptions { Email = email }));
        Assert.Empty(await customers.IdsAsync(new CustomerListOptions { Email = "nobody@example.com" }));
    }

    [Fact]
    public async Task List_AMillion_CostsNoMemoryAndNoMoreTimeInTheMiddle()
    {
        await using var simulator = await StartAsync(1_000_000);
        var customers = simulator.Customers();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 100; i++)
        {
            var page = await customers.ListAsync(new CustomerListOptions { Limit = 100, StartingAfter = IdOf(9_999 * (i + 1)) }, cancellationToken: Token);
            Assert.Equal(IdOf((9_999 * (i + 1)) - 1), page.Data[0].Id);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }

    private static string IdOf(int seeded) => new CustomerNumber(seeded, IsSeeded: true).ToId();
}
