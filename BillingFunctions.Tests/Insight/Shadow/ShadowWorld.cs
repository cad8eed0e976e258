using System.Globalization;
using System.Text.Json;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Insight.Shadow;

/// <summary>An app with systems around it of its own, which plays the same things as another one.</summary>
internal sealed class ShadowWorld : IAsyncDisposable
{
    public const int Customers = 12;
    public const int Items = 14;

    private ShadowWorld(StripeSimulator stripe, SalesforceSimulator salesforce, AmountSimulator amounts, SmtpFake smtp, BillingApp app) =>
        (Stripe, Salesforce, Amounts, Smtp, App, Api) = (stripe, salesforce, amounts, smtp, app, new UsageApiDriver(app.Http));

    public StripeSimulator Stripe { get; }

    public SalesforceSimulator Salesforce { get; }

    public AmountSimulator Amounts { get; }

    public SmtpFake Smtp { get; }

    public BillingApp App { get; }

    public UsageApiDriver Api { get; }

    /// <summary>The invoice of usage, as it is in the end.</summary>
    public JsonElement UsageInvoice { get; private set; }

    /// <summary>Its items.</summary>
    public IReadOnlyList<JsonElement> UsageItems { get; private set; } = [];

    /// <summary>The tasks of the requests about customers, as they are in the end.</summary>
    public IReadOnlyList<JsonElement> Tasks { get; private set; } = [];

    public static async Task<ShadowWorld> StartAsync(AzuriteFixture azurite, bool isShadow)
    {
        var (stripe, salesforce) = (await StripeFake.StartAsync(), await SalesforceFake.StartAsync());
        var amounts = await AmountSimulator.StartAsync(new AmountSimulatorOptions { ZeroRate = 0.3, Currencies = ["usd", "eur"] }, CancellationToken.None);
        var smtp = new SmtpFake();
        var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe,
        [
            ("Shadow__Enabled", isShadow ? "true" : "false"),
            ("Amounts__BaseUrl", amounts.BaseUrl), ("Amounts__RateLimit", "1000/1"), ("Email__Smtp__Port", $"{smtp.Port}"),
            ("Sync__GroupAbove", "5"), ("Sync__RealTimeBelow", "2"), ("Sync__Finalize", "finalize"),
            .. SalesforceInboundDriver.Settings(salesforce), .. BillingApp.ImpatientQueues,
        ]);
        return new ShadowWorld(stripe, salesforce, amounts, smtp, app);
    }

    /// <summary>Uploads customers and bills them, creates and changes a customer, and uses something.</summary>
    public async Task PlayAsync()
    {
        var upload = await new UploadsDriver(App).IngestAsync(CustomerCsvBuilder.File(CustomerCsvBuilder.Lines(Enumerable.Range(1, Customers))));
        Assert.Equal("completed", UploadsDriver.Status(upload));

        // Before the month, which lists the customer as one that is not billed.
        await ConnectAsync();
        await Task.WhenAll(BillAsync(), UseAsync());
    }

    /// <summary>The month's invoices by customer: what was decided, and how much.</summary>
    public async Task<IReadOnlyList<(string Id, string Status, string Amount, string Currency)>> InvoicesAsync() =>
        [.. DownloadedCsv.Read(await App.Http.GetByteArrayAsync($"api/invoicing/{InvoicingDriver.Month}/report.csv")).Records()
            .Select(row => (row["customer_id"], row["status"], row["amount_minor"], row["currency"])).Order()];

    /// <summary>What shadow mode has recorded.</summary>
    public async Task<IReadOnlyList<JsonElement>> ActionsAsync(string query = "")
    {
        var (actions, cursor) = (new List<JsonElement>(), "");
        while (true)
        {
            var page = (await Api.GetAsync($"api/shadow/actions?limit=7{query}{cursor}")).Body;
            actions.AddRange(page.GetProperty("data").EnumerateArray());
            if (page.GetProperty("next_cursor").GetString() is not { } next)
            {
                return actions;
            }

            cursor = $"&cursor={next}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Amounts.DisposeAsync();
        await Salesforce.DisposeAsync();
        await Stripe.DisposeAsync();
        Smtp.Dispose();
    }

    private async Task BillAsync()
    {
        using var started = await App.Http.PostAsync($"api/invoicing/{InvoicingDriver.Month}/runs", null);
        Assert.True(started.IsSuccessStatusCode);
        await Poll.UntilAsync(() => Api.GetAsync($"api/invoicing/{InvoicingDriver.Month}"), answer => answer.Text("status") == "completed");
    }

    private async Task ConnectAsync()
    {
        var created = await TaskAsync(await Api.PostAsync("api/customers", new { id = "c1", name = "Ada", email = "ada@example.com" }));
        var changed = await TaskAsync(await Api.PatchAsync("api/customers/c1", new { name = "Beate" }));
        var billed = await TaskAsync(await Api.PostAsync("api/v1/task/create/invoice", new { customer_id = "c1", amount = 1_250, currency = "usd", description = "Setup" }));
        Tasks = [created, changed, billed];
    }

    private async Task<JsonElement> TaskAsync(ApiAnswer accepted)
    {
        Assert.True(accepted.Status == 202, $"{accepted.Status} {accepted.Body}");
        return await Api.UntilAsync($"api/tasks/{accepted.Text("task_id")}", task => task.GetProperty("status").GetString() is "succeeded" or "failed");
    }

    private async Task UseAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var invoice = await Api.AddInvoiceAsync(await Api.AddOrganizationAsync(), now.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        var first = await Api.AddItemAsync(invoice, 100, now, "requests");
        await Api.SyncedAsync(first);
        var batch = await Api.PostAsync("api/invoice_items/batch", new { invoice, invoice_items = Enumerable.Range(1, Items - 1).Select(amount => new { amount, product = "storage", occurred_at = now }) });
        Assert.True(batch.Status == 200, $"{batch.Status} {batch.Body}");
        await Api.UntilAsync($"api/invoices/{invoice}/invoice_items?limit=100", page => page.GetProperty("data").EnumerateArray().All(item => item.GetProperty("sync_status").GetString() == "synced"));
        Assert.Equal(200, (await Api.PatchAsync($"api/invoice_items/{first}", new { amount = 150 })).Status);
        await Api.UntilAsync($"api/invoice_items/{first}", item => item.GetProperty("sync_status").GetString() == "synced");
        var closing = await Api.PostAsync($"api/invoices/{invoice}/close", null);
        Assert.True(closing.Status == 202, $"{closing.Status} {closing.Body}");
        UsageInvoice = await Api.UntilAsync($"api/invoices/{invoice}", shown => shown.GetProperty("status").GetString() is "closed" or "held");
        UsageItems = [.. (await Api.GetAsync($"api/invoices/{invoice}/invoice_items?limit=100")).Body.GetProperty("data").EnumerateArray()];
    }
}
