using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;
using Microsoft.AspNetCore.Http;
using Stripe;

namespace BillingFunctions.Tests.UsageBilling.Sync.Closing;

/// <summary>The end of an invoice: proved, finalised or held, and what can be changed behind it.</summary>
public sealed class CloseInvoiceTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("draft", "draft")]
    [InlineData("finalize", "open")]
    [InlineData("send", "open")]
    public async Task Close_OfAnInvoiceWhoseLinesAreRight_EndsAsConfigured(string finalize, string status)
    {
        await using var driver = await StartAsync(("Sync__Finalize", finalize));
        var invoice = await driver.AddInvoiceAsync();
        await driver.AddItemsAsync(invoice, 3);

        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();

        Assert.Equal(UsageInvoiceStatus.Closed, (await driver.InvoiceAsync(invoice)).Status);
        Assert.Equal((status, 6), Assert.Single(driver.Stripe.Invoices.All.Select(stored => (stored.Status, (int)stored.Total))));
        Assert.Equal(finalize == "send" ? 1 : 0, driver.Stripe.Calls.Count("/send"));
    }

    [Fact]
    public async Task Close_WithMoreLinesThanOneInvoiceHolds_ProvesAllOfThem()
    {
        await using var driver = await StartAsync(("Sync__GroupAbove", "5"), ("Sync__RealTimeBelow", "5"), ("Sync__Finalize", "finalize"));
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        await driver.AddItemsAsync(invoice, 260);
        await driver.PlayAsync();

        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();

        var closed = await driver.InvoiceAsync(invoice);
        Assert.Equal((UsageInvoiceStatus.Closed, 2), (closed.Status, closed.StripeInvoices.Count));
        Assert.Equal([250, 10], closed.StripeInvoices.Select(draft => driver.Stripe.Invoices.Get(draft.Id).Lines.Count));
        Assert.Equal(closed.StripeInvoices[0].Id, driver.Stripe.Invoices.Get(closed.StripeInvoices[1].Id).Metadata["billing_continues"]);
        Assert.All(closed.StripeInvoices, draft => Assert.Equal("open", driver.Stripe.Invoices.Get(draft.Id).Status));
    }

    [Fact]
    public async Task Close_WhenStripeHasOtherLines_HoldsWithTheDifferenceUntilItIsMended()
    {
        await using var driver = await StartAsync(("Sync__Finalize", "finalize"));
        var invoice = await driver.AddInvoiceAsync();
        var items = await driver.AddItemsAsync(invoice, 3);
        await driver.PlayAsync();
        var draft = Assert.Single(driver.Stripe.Invoices.All);
        var first = await driver.ItemAsync(items[0]);
        await driver.Stripe.Client("sk_test_usage").V1.Invoices.RemoveLinesAsync(draft.Id, new InvoiceRemoveLinesOptions { Lines = [new InvoiceLineOptions { Id = first.Sent!.LineId, Behavior = "delete" }] }, cancellationToken: Token);
        await driver.Stripe.Client("sk_test_usage").V1.Invoices.AddLinesAsync(draft.Id, new InvoiceAddLinesOptions { Lines = [new InvoiceLineOptions { Amount = 77, Description = "By hand" }] }, cancellationToken: Token);

        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();
        var (held, job) = (await driver.InvoiceAsync(invoice), Assert.Single(await driver.FailedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, 10, Token)));
        await driver.Get<ChangeItem>().DeleteAsync(items[0], new DefaultHttpContext().Request, Token);
        await driver.PlayAsync();
        await driver.RetryAsync(job);
        await driver.PlayAsync();

        Assert.Equal(UsageInvoiceStatus.Held, held.Status);
        Assert.Contains(items[0].ToString(), Assert.Single(held.Difference));
        Assert.Equal(invoice.ToString(), job.JobId);
        Assert.Contains("held", job.Error);
        var closed = await driver.InvoiceAsync(invoice);
        Assert.Equal((UsageInvoiceStatus.Closed, 0), (closed.Status, closed.Difference.Count));
        Assert.Contains("77", Assert.Single(closed.Notes));
        Assert.Equal("open", Assert.Single(driver.Stripe.Invoices.All).Status);
        Assert.Empty(await driver.FailedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, 10, Token));
    }

    [Fact]
    public async Task Close_WhileAnItemIsBeingRetried_WaitsForIt()
    {
        await using var driver = await StartAsync(("Sync__Finalize", "finalize"));
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.ServerError, Fault.ServerError);
        var item = Assert.Single(await driver.AddItemsAsync(invoice, 1));

        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.DeliverAsync(invoice.OrganizationId);
        var closing = await driver.InvoiceAsync(invoice);
        await driver.PlayAsync();

        Assert.Equal(UsageInvoiceStatus.Closing, closing.Status);
        Assert.Equal(UsageInvoiceStatus.Closed, (await driver.InvoiceAsync(invoice)).Status);
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
    }

    [Fact]
    public async Task Sweep_AfterTheTimeOfGrace_ClosesByItself()
    {
        await using var driver = await StartAsync(("UsageBilling__CloseAfter", "06:00:00"));
        var invoice = await driver.AddInvoiceAsync();
        await driver.AddItemsAsync(invoice, 2);
        await driver.PlayAsync();
        var end = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

        driver.Clock.Advance(end.AddHours(6).AddSeconds(-1) - driver.Clock.GetUtcNow());
        var tooEarly = await driver.Get<CloseSweeper>().SweepAsync(Token);
        driver.Clock.Advance(TimeSpan.FromSeconds(1));
        var begun = await driver.Get<CloseSweeper>().SweepAsync(Token);
        await driver.PlayAsync();
        var again = await driver.Get<CloseSweeper>().SweepAsync(Token);

        Assert.Equal((0, 1, 0), (tooEarly, begun, again));
        Assert.Equal(UsageInvoiceStatus.Closed, (await driver.InvoiceAsync(invoice)).Status);
        Assert.Empty(await driver.Get<InvoiceCalendar>().ListUntilAsync("2026-12", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Item_ReducedOrDeletedOnAFinalInvoice_IsCreditedOnce()
    {
        await using var driver = await StartAsync(("Sync__Finalize", "finalize"));
        var invoice = await driver.AddInvoiceAsync();
        var items = await driver.AddItemsAsync(invoice, 9);
        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();
        driver.Stripe.Faults.PlanFor("POST /v1/credit_notes", Fault.CutAfter);

        var (_, refusal) = await driver.Get<ChangeItem>().ReplaceAsync(items[8], Request("PATCH"), System.Text.Json.JsonElement.Parse("""{ "amount": 4 }"""), Token);
        await driver.PlayAsync();
        await driver.Get<ChangeItem>().DeleteAsync(items[7], Request("DELETE"), Token);
        await driver.PlayAsync();
        var (_, increase) = await driver.Get<ChangeItem>().ReplaceAsync(items[0], Request("PATCH"), System.Text.Json.JsonElement.Parse("""{ "amount": 400 }"""), Token);

        Assert.Null(refusal);
        Assert.NotNull(increase);
        Assert.Equal([5, 8], driver.Stripe.CreditNotes.All.Select(note => (int)note.Amount).Order());
        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(items[8])).SyncStatus);
        Assert.True((await driver.ItemAsync(items[7])).IsDeleted);
    }

    [Fact]
    public async Task Close_OfAnInvoiceOnWhichSomethingWasCredited_IsProved()
    {
        await using var driver = await StartAsync();
        var invoice = await driver.AddInvoiceAsync();
        var items = await driver.AddItemsAsync(invoice, 9);
        await driver.PlayAsync();
        driver.Stripe.Invoices.Finalize(driver.Stripe.Invoices.All.Single().Id);
        await driver.Get<ChangeItem>().ReplaceAsync(items[8], Request("PATCH"), System.Text.Json.JsonElement.Parse("""{ "amount": 4 }"""), Token);
        await driver.Get<ChangeItem>().DeleteAsync(items[7], Request("DELETE"), Token);
        await driver.PlayAsync();

        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();

        var closed = await driver.InvoiceAsync(invoice);
        Assert.Equal((UsageInvoiceStatus.Closed, 0), (closed.Status, closed.Difference.Count));
        Assert.Equal([5, 8], driver.Stripe.CreditNotes.All.Select(note => (int)note.Amount).Order());
    }

    [Fact]
    public async Task Items_OfADraftThatWasDeletedByHand_CanBeDeleted()
    {
        await using var driver = await StartAsync();
        var invoice = await driver.AddInvoiceAsync();
        var items = await driver.AddItemsAsync(invoice, 3);
        await driver.PlayAsync();
        await driver.Stripe.Client("sk_test_usage").V1.Invoices.DeleteAsync(driver.Stripe.Invoices.All.Single().Id, cancellationToken: Token);

        foreach (var item in items)
        {
            await driver.Get<ChangeItem>().DeleteAsync(item, Request("DELETE"), Token);
        }

        await driver.PlayAsync();

        Assert.Empty(await driver.Ledger.ListAsync(invoice.OrganizationId, UsageKeys.ItemsOf(invoice), after: null, Token).ToListAsync(Token));
        Assert.Empty(await driver.FailedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, 10, Token));
    }

    [Fact]
    public async Task Item_ChangedAndDeletedOnADraft_IsChangedAndRemovedThere()
    {
        await using var driver = await StartAsync();
        var invoice = await driver.AddInvoiceAsync();
        var items = await driver.AddItemsAsync(invoice, 15);
        await driver.PlayAsync();

        await driver.Get<ChangeItem>().ReplaceAsync(items[14], Request("PATCH"), System.Text.Json.JsonElement.Parse("""{ "amount": -400, "description": "Credit" }"""), Token);
        await driver.Get<ChangeItem>().DeleteAsync(items[3], Request("DELETE"), Token);
        await driver.PlayAsync();

        var lines = driver.LinesAtStripe();
        Assert.Equal((-400L, "Credit"), lines[items[14].ToString()].Select(line => (line.Amount, line.Description!)).Single());
        Assert.Empty(lines[items[3].ToString()]);
        Assert.Equal(14, (await driver.InvoiceAsync(invoice)).StripeInvoices.Single().Lines);
    }

    [Fact]
    public async Task Item_ThatGetsAFormerAmountAgain_HasItAtStripeToo()
    {
        await using var driver = await StartAsync();
        var item = Assert.Single(await driver.AddItemsAsync(await driver.AddInvoiceAsync(), 1));
        await driver.PlayAsync();

        foreach (var amount in new[] { 20, 10, 20 })
        {
            driver.Clock.Advance(TimeSpan.FromSeconds(1));
            await driver.Get<ChangeItem>().ReplaceAsync(item, Request("PATCH"), System.Text.Json.JsonElement.Parse($$"""{ "amount": {{amount}} }"""), Token);
            await driver.PlayAsync();
            Assert.Equal(amount, driver.LinesAtStripe()[item.ToString()].Single().Amount);
        }
    }

    private static HttpRequest Request(string method) => new DefaultHttpContext { Request = { Method = method } }.Request;

    private Task<UsageSyncDriver> StartAsync(params (string Name, string Value)[] settings) => UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1", fake: null, settings);
}
