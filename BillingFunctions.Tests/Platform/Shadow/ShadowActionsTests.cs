using Azure.Data.Tables;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Shadow;

public sealed class ShadowActionsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private ShadowActions _actions = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(ShadowActions.Table, Token);
        _actions = new ShadowActions(tables, _time);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Add_TheSameAgain_RecordsOnceAndKeepsTheTime()
    {
        var mail = new ShadowAction(ShadowKind.Mail, ShadowOperation.SendMail, "42", "id@host") { Amount = new Money(1250, "usd"), Month = "2026-10", Target = "a@example.com", Detail = "Invoice" };
        await _actions.AddAsync([mail], Token);
        _time.Advance(TimeSpan.FromHours(1));

        await _actions.AddAsync([mail, mail with { Key = "other@host" }], Token);

        var stored = await ListAsync(new ShadowFilter());
        Assert.Equal([mail with { At = _time.GetUtcNow().AddHours(-1) }, mail with { Key = "other@host", At = _time.GetUtcNow() }], stored.OrderBy(action => action.At));
    }

    [Fact]
    public async Task List_WithAFilter_HasNoOthers()
    {
        await _actions.AddAsync(
            [
                new(ShadowKind.Stripe, ShadowOperation.CreateCustomer, "a|b", "1"), new(ShadowKind.Salesforce, ShadowOperation.CreateCustomer, "a|b", "1"),
                new(ShadowKind.Stripe, ShadowOperation.UpdateCustomer, "a|b", "2"), new(ShadowKind.Stripe, ShadowOperation.CreateCustomer, "a", "3"), new(ShadowKind.Stripe, ShadowOperation.CreateCustomer, "a/?#", "4"),
            ],
            Token);

        Assert.Equal(3, (await ListAsync(new ShadowFilter(Subject: "a|b"))).Count);
        Assert.Equal("3", Assert.Single(await ListAsync(new ShadowFilter(Subject: "a"))).Key);
        Assert.Equal("a/?#", Assert.Single(await ListAsync(new ShadowFilter(Subject: "a/?#"))).Subject);
        Assert.Equal("2", Assert.Single(await ListAsync(new ShadowFilter(ShadowKind.Stripe, ShadowOperation.UpdateCustomer))).Key);
        Assert.Single(await ListAsync(new ShadowFilter(ShadowKind.Salesforce)));
    }

    [Fact]
    public async Task List_BehindAPlace_GoesOnWhereItEnded()
    {
        await _actions.AddAsync(Enumerable.Range(0, 150).Select(number => new ShadowAction(ShadowKind.Stripe, ShadowOperation.AddLines, $"ii_{number}", "one call")), Token);
        await _actions.AddAsync([new(ShadowKind.Mail, ShadowOperation.SendMail, "42", "x")], Token);

        var all = await ListAsync(new ShadowFilter());
        var rest = await _actions.ListAsync(new ShadowFilter(), ShadowActions.PlaceOf(all[99]), Token).ToListAsync(Token);

        Assert.Equal(151, all.Count);
        Assert.Equal(all.Skip(100), rest);
        Assert.Equal(all, all.OrderBy(ShadowActions.PlaceOf, Comparer<ShadowPlace>.Create(ShadowPlace.Compare)));
    }

    [Fact]
    public async Task Remove_BeforeATime_KeepsWhatIsYounger()
    {
        await _actions.AddAsync([new(ShadowKind.Mail, ShadowOperation.SendMail, "1", "x")], Token);
        _time.Advance(TimeSpan.FromDays(1));
        await _actions.AddAsync([new(ShadowKind.Mail, ShadowOperation.SendMail, "2", "x")], Token);

        var removed = await _actions.RemoveAsync(_time.GetUtcNow(), Token);

        Assert.Equal(1, removed);
        Assert.Equal("2", Assert.Single(await ListAsync(new ShadowFilter())).Subject);
    }

    private async Task<List<ShadowAction>> ListAsync(ShadowFilter filter) => await _actions.ListAsync(filter, after: null, Token).ToListAsync(Token);
}
