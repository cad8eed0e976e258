using BillingFunctions.Simulators.Stripe;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Invoices.Lines;

public sealed class InvoiceLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddLines_OfTwoCalls_AreKeptInTheOrderTheyWereAdded()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);

        await AddAsync(simulator, draft, Lines(1, 2));
        var invoice = await AddAsync(simulator, draft, [new InvoiceLineOptions
        {
            Amount = -30,
            Description = "Credit",
            Quantity = 3,
            Metadata = new Dictionary<string, string> { ["line_key"] = "k3" },
            Period = new InvoiceLinePeriodOptions { Start = DateTime.UnixEpoch.AddDays(1), End = DateTime.UnixEpoch.AddDays(2) },
        }]);

        Assert.Equal([1, 2, -30], invoice.Lines.Select(line => line.Amount));
        Assert.Equal((-27, "invoice_item_details"), (invoice.Total, invoice.Lines.Data[2].Parent!.Type));
        var kept = simulator.Invoices.Get(draft).Lines[2];
        Assert.Equal(("Credit", 3, 86_400, 172_800), (kept.Description, kept.Quantity, kept.PeriodStart, kept.PeriodEnd));
        Assert.Equal("k3", kept.Metadata["line_key"]);
        Assert.Equal("k3", invoice.Lines.Data[2].Metadata!["line_key"]);
    }

    [Fact]
    public async Task AddLines_MoreThanShown_ShowsTenAndPagesTheRest()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);

        var invoice = await AddAsync(simulator, draft, Lines([.. Enumerable.Range(1, 25)]));

        Assert.Equal((10, true), (invoice.Lines.Data.Count, invoice.Lines.HasMore));
        Assert.Equal(25, invoice.RawJsonElement!.Value.GetProperty("lines").GetProperty("total_count").GetInt32());
        Assert.Equal($"/v1/invoices/{draft}/lines", invoice.Lines.Url);
        var lines = simulator.Client().V1.Invoices.LineItems;
        var all = await lines.ListAutoPagingAsync(draft, new InvoiceLineItemListOptions { Limit = 7 }, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(1, 25).Select(amount => (long)amount), all.Select(line => line.Amount));
        var before = await lines.ListAsync(draft, new InvoiceLineItemListOptions { Limit = 3, EndingBefore = all[20].Id }, cancellationToken: Token);
        Assert.Equal([18, 19, 20], before.Select(line => line.Amount));
        var wrong = new InvoiceLineItemListOptions { StartingAfter = "il_none" };
        Assert.Equal("starting_after", (await RefusedAsync(() => lines.ListAsync(draft, wrong, cancellationToken: Token))).StripeError!.Param);
    }

    [Fact]
    public async Task AddLines_OneWithoutAmount_AddsNone()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        List<InvoiceLineOptions> lines = [.. Lines(1, 2, 3), new InvoiceLineOptions { Description = "no amount" }];

        var refused = await RefusedAsync(() => AddAsync(simulator, draft, lines));

        Assert.Equal((400, "lines[3][amount]"), ((int)refused.HttpStatusCode, refused.StripeError!.Param));
        Assert.Empty(simulator.Invoices.Get(draft).Lines);
        Assert.Equal("invoice.created", simulator.Events.All[^1].Type);
    }

    [Fact]
    public async Task AddLines_WhatIsNotSimulated_IsRefused()
    {
        await using var simulator = await StartAsync();
        var line = new InvoiceLineOptions { Amount = 1, Pricing = new InvoiceLinePricingOptions { Price = "price_1" } };

        var refused = await RefusedAsync(() => AddAsync(simulator, Draft(simulator), [line]));

        Assert.Equal("lines[0][pricing]", refused.StripeError!.Param);
        Assert.Contains("does not support", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddLines_BeyondTheLimit_IsRefusedWhole()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        await AddAsync(simulator, draft, Lines([.. Enumerable.Range(1, 249)]));

        var refused = await RefusedAsync(() => AddAsync(simulator, draft, Lines(1, 2)));
        await AddAsync(simulator, draft, Lines(1));

        Assert.Equal((400, "lines"), ((int)refused.HttpStatusCode, refused.StripeError!.Param));
        Assert.Equal(250, simulator.Invoices.Get(draft).Lines.Count);
    }

    [Fact]
    public async Task EditLines_OfAFinalizedInvoice_IsRefused()
    {
        await using var simulator = await StartAsync();
        var open = simulator.Invoices.Finalize(simulator.Invoices.Create(simulator.Customers.Create(), 100).Id).Id;

        var refused = await RefusedAsync(() => AddAsync(simulator, open, Lines(1)));

        Assert.Equal((400, "invoice_not_editable"), ((int)refused.HttpStatusCode, refused.StripeError!.Code));
    }

    [Fact]
    public async Task UpdateLines_SomeFields_LeavesTheOthersAndMergesMetadata()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        await AddAsync(simulator, draft, [new InvoiceLineOptions
        {
            Amount = 1,
            Description = "one",
            Metadata = new Dictionary<string, string> { ["line_key"] = "k1" },
        }, .. Lines(2)]);
        var id = simulator.Invoices.Get(draft).Lines[0].Id;

        var invoice = await UpdateAsync(simulator, draft, new InvoiceLineOptions
        {
            Id = id,
            Amount = 10,
            Metadata = new Dictionary<string, string> { ["hash"] = "h1" },
        });

        Assert.Equal([10, 2], invoice.Lines.Select(line => line.Amount));
        var kept = simulator.Invoices.Get(draft).Lines[0];
        Assert.Equal(("one", "k1", "h1"), (kept.Description, kept.Metadata["line_key"], kept.Metadata["hash"]));
        Assert.Equal("2", simulator.Invoices.Get(draft).Metadata["revision"]);
    }

    [Fact]
    public async Task UpdateLines_OneThatIsNotThere_ChangesNone()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        await AddAsync(simulator, draft, Lines(1));
        var id = simulator.Invoices.Get(draft).Lines[0].Id;

        var refused = await RefusedAsync(() => UpdateAsync(
            simulator, draft, new InvoiceLineOptions { Id = id, Amount = 10 }, new InvoiceLineOptions { Id = "il_none", Amount = 10 }));

        Assert.Equal(("lines[1][id]", "resource_missing"), (refused.StripeError!.Param, refused.StripeError.Code));
        Assert.Equal(1, simulator.Invoices.Get(draft).Total);
    }

    [Fact]
    public async Task RemoveLines_Some_LeavesTheOthersInOrder()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        await AddAsync(simulator, draft, Lines(1, 2, 3));
        var ids = simulator.Invoices.Get(draft).Lines.Select(line => line.Id).ToList();

        await RefusedAsync(() => RemoveAsync(ids[0], ids[0]));
        var invoice = await RemoveAsync(ids[1]);

        Assert.Equal([1, 3], invoice.Lines.Select(line => line.Amount));

        Task<Invoice> RemoveAsync(params string[] removed) => simulator.Client().V1.Invoices.RemoveLinesAsync(
            draft,
            new InvoiceRemoveLinesOptions { Lines = [.. removed.Select(id => new InvoiceLineOptions { Id = id, Behavior = "delete" })] },
            cancellationToken: Token);
    }

    [Fact]
    public async Task AddLines_SameIdempotencyKey_AddsOnceAndRefusesOtherLines()
    {
        await using var simulator = await StartAsync();
        var draft = Draft(simulator);
        var key = new RequestOptions { IdempotencyKey = "chunk-1" };

        await AddAsync(simulator, draft, Lines(1, 2), key);
        var again = await AddAsync(simulator, draft, Lines(1, 2), key);
        var refused = await RefusedAsync(() => AddAsync(simulator, draft, Lines(1, 3), key));

        Assert.Equal(3, again.Total);
        Assert.Equal("idempotency_error", refused.StripeError!.Type);
        Assert.Equal(2, simulator.Invoices.Get(draft).Lines.Count);
    }

    [Fact]
    public async Task AddLines_TenThousandOverFortyInvoices_KeepsThemAll()
    {
        await using var simulator = await StartAsync();
        var lines = Lines([.. Enumerable.Range(1, 250)]);

        for (var i = 0; i < 40; i++)
        {
            await AddAsync(simulator, Draft(simulator), lines);
        }

        Assert.Equal(10_000, simulator.Invoices.All.Sum(invoice => invoice.Lines.Count));
    }

    private static string Draft(StripeSimulator simulator) => simulator.Invoices.CreateDraft(simulator.Customers.Create()).Id;

    private static List<InvoiceLineOptions> Lines(params int[] amounts)
        => [.. amounts.Select(amount => new InvoiceLineOptions { Amount = amount, Description = $"Usage {amount}" })];

    private static Task<Invoice> AddAsync(StripeSimulator simulator, string invoice, List<InvoiceLineOptions> lines, RequestOptions? options = null)
        => simulator.Client().V1.Invoices.AddLinesAsync(invoice, new InvoiceAddLinesOptions { Lines = lines }, options, Token);

    private static Task<Invoice> UpdateAsync(StripeSimulator simulator, string invoice, params InvoiceLineOptions[] lines)
        => simulator.Client().V1.Invoices.UpdateLinesAsync(
            invoice,
            new InvoiceUpdateLinesOptions { Lines = [.. lines], InvoiceMetadata = new Dictionary<string, string> { ["revision"] = "2" } },
            cancellationToken: Token);
}
