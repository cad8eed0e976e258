using BillingFunctions.Simulators.Stripe;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.CreditNotes;

public sealed class CreditNoteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_ForAnOpenInvoice_TakesItOffTheAmountDue()
    {
        await using var simulator = await StartAsync();
        var open = Open(simulator, 1_000);
        var options = Options(open, Line(100, 3, "line-1"));
        options.Memo = "Counted twice";
        options.Reason = "duplicate";

        var note = await CreateAsync(simulator, options);

        Assert.Equal((300, 300, 0, "pre_payment"), (note.Amount, note.PrePaymentAmount, note.PostPaymentAmount, note.Type));
        Assert.Equal(("Counted twice", "duplicate", "issued"), (note.Memo, note.Reason, note.Status));
        Assert.Equal("line-1", simulator.CreditNotes.All.Single().Lines.Single().Metadata["line_key"]);
        var invoice = await simulator.Client().V1.Invoices.GetAsync(open, cancellationToken: Token);
        Assert.Equal((1_000, 700, 700, 300), (invoice.Total, invoice.AmountDue, invoice.AmountRemaining, invoice.PrePaymentCreditNotesAmount));
        Assert.Equal(["credit_note.created", "invoice.updated"], simulator.Events.All.TakeLast(2).Select(happened => happened.Type));
    }

    [Fact]
    public async Task Create_ForAllOfAnOpenInvoice_PaysIt()
    {
        await using var simulator = await StartAsync();
        var open = Open(simulator, 1_000);

        await CreateAsync(simulator, Options(open, Line(1_000)));

        var invoice = await simulator.Client().V1.Invoices.GetAsync(open, cancellationToken: Token);
        Assert.Equal(("paid", 0, 0), (invoice.Status, invoice.AmountDue, invoice.AmountPaid));
        Assert.Equal("invoice.paid", simulator.Events.All[^1].Type);
    }

    [Fact]
    public async Task Create_ForAPaidInvoice_SharesItOutAndCreditsTheCustomer()
    {
        await using var simulator = await StartAsync();
        var paid = simulator.Invoices.Pay(Open(simulator, 1_000));
        var options = Options(paid.Id, Line(300));
        options.CreditAmount = 200;

        var refused = await RefusedAsync(() => CreateAsync(simulator, options));
        options.OutOfBandAmount = 100;
        var note = await CreateAsync(simulator, options);

        Assert.Equal("credit_amount", refused.StripeError!.Param);
        Assert.Equal((300, 100, "post_payment"), (note.PostPaymentAmount, note.OutOfBandAmount, note.Type));
        Assert.Equal(-200, (await simulator.Client().V1.Customers.GetAsync(paid.Customer, cancellationToken: Token)).Balance);
        var invoice = await simulator.Client().V1.Invoices.GetAsync(paid.Id, cancellationToken: Token);
        Assert.Equal((1_000, 300), (invoice.AmountPaid, invoice.PostPaymentCreditNotesAmount));
    }

    [Fact]
    public async Task Create_ForADraftOrForTooMuch_IsRefused()
    {
        await using var simulator = await StartAsync();
        var draft = simulator.Invoices.Create(simulator.Customers.Create(), 1_000).Id;

        Assert.Equal("invoice", (await RefusedAsync(() => CreateAsync(simulator, Options(draft, Line(1))))).StripeError!.Param);
        simulator.Invoices.Finalize(draft);
        await CreateAsync(simulator, Options(draft, Line(600)));
        Assert.Equal("lines", (await RefusedAsync(() => CreateAsync(simulator, Options(draft, Line(401))))).StripeError!.Param);
        Assert.Equal("resource_missing", (await RefusedAsync(() => CreateAsync(simulator, Options("in_none", Line(1))))).StripeError!.Code);
        Assert.Single(simulator.CreditNotes.All);
    }

    [Fact]
    public async Task List_OfAnInvoice_LeavesOutTheOthers()
    {
        await using var simulator = await StartAsync();
        var notes = simulator.Client().V1.CreditNotes;
        var (first, second) = (Open(simulator, 100), Open(simulator, 100));
        var older = await CreateAsync(simulator, Options(first, Line(1)));
        await CreateAsync(simulator, Options(second, Line(1)));
        var newer = await CreateAsync(simulator, Options(first, [.. Enumerable.Repeat(Line(1), 12)]));

        var listed = await notes.ListAsync(new CreditNoteListOptions { Invoice = first }, cancellationToken: Token);
        var read = await notes.GetAsync(newer.Id, cancellationToken: Token);
        var lines = await notes.ListLineItemsAutoPagingAsync(newer.Id, cancellationToken: Token).ToListAsync(Token);

        Assert.Equal([newer.Id, older.Id], listed.Select(note => note.Id));
        Assert.Equal((12, 10, true), (read.Amount, read.Lines.Data.Count, read.Lines.HasMore));
        Assert.Equal(12, lines.Count);
        Assert.Equal(404, (int)(await RefusedAsync(() => notes.GetAsync("cn_none", cancellationToken: Token))).HttpStatusCode);
    }

    private static string Open(StripeSimulator simulator, long amount)
        => simulator.Invoices.Finalize(simulator.Invoices.Create(simulator.Customers.Create(), amount).Id).Id;

    private static CreditNoteLineOptions Line(long unitAmount, long quantity = 1, string key = "k") => new()
    {
        Type = "custom_line_item",
        UnitAmount = unitAmount,
        Quantity = quantity,
        Description = "Correction",
        Metadata = new Dictionary<string, string> { ["line_key"] = key },
    };

    private static CreditNoteCreateOptions Options(string invoice, params CreditNoteLineOptions[] lines)
        => new() { Invoice = invoice, Lines = [.. lines] };

    private static Task<CreditNote> CreateAsync(StripeSimulator simulator, CreditNoteCreateOptions options)
        => simulator.Client().V1.CreditNotes.CreateAsync(options, cancellationToken: Token);
}
