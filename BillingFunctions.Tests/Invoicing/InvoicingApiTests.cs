using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing;

/// <summary>One app whose 45 customers have been billed.</summary>
public sealed class InvoicingApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal InvoicingDriver Driver { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), new AmountSimulatorOptions { ZeroRate = 0.4 });
        await Driver.SeedAsync(Driver.Customers(45));
        await Driver.StartRunAsync();
        await Driver.EndAsync();
    }

    public ValueTask DisposeAsync() => Driver.DisposeAsync();
}

public sealed class InvoicingApiTests(InvoicingApiFixture fixture) : IClassFixture<InvoicingApiFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Http => fixture.Driver.App.Http;

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("march")]
    [InlineData("0001-01")]
    public async Task AnyRoute_NotAMonth_IsRefused(string month)
    {
        foreach (var path in new[] { "", "/invoices", "/report.csv" })
        {
            using var read = await Http.GetAsync($"api/invoicing/{month}{path}", Token);
            await AssertProblemAsync(read, HttpStatusCode.BadRequest, "month");
        }

        foreach (var path in new[] { "/runs", "/retry_lookups", "/retry_emails" })
        {
            using var posted = await Http.PostAsync($"api/invoicing/{month}{path}", null, Token);
            await AssertProblemAsync(posted, HttpStatusCode.BadRequest, "month");
        }
    }

    [Fact]
    public async Task PostRuns_MonthThatHasNotEnded_Is422()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var month in new[] { BillingMonth.From(now), BillingMonth.From(now.AddMonths(5)) })
        {
            using var response = await Http.PostAsync($"api/invoicing/{month}/runs", null, Token);
            await AssertProblemAsync(response, HttpStatusCode.UnprocessableEntity, month.ToString());
        }
    }

    [Theory]
    [InlineData(6_000, 6_000)]
    [InlineData(5_000, 0)]
    public async Task Get_Quickly_AnswersWithTheLastCountOfALargeMonth(int countedLast, int answered)
    {
        var month = $"2019-{(countedLast == answered ? 1 : 2):00}";
        var counted = new InvoicingSummary(DateTimeOffset.UnixEpoch, countedLast, 0, 0, [new StatusTotal(InvoiceStatus.Sent, countedLast, [new Money(125, "kwd")])]);
        await fixture.Driver.Runs.SaveSummaryAsync(month, counted, Token);

        var quick = await Http.GetFromJsonAsync<JsonElement>($"api/invoicing/{month}?quick=true", Token);
        var exact = await Http.GetFromJsonAsync<JsonElement>($"api/invoicing/{month}", Token);

        Assert.Equal((answered, answered > 0), (quick.GetProperty("invoices").GetInt32(), quick.GetProperty("as_of").GetDateTimeOffset() == counted.AsOf));
        Assert.Equal((0, false), (exact.GetProperty("invoices").GetInt32(), exact.GetProperty("as_of").GetDateTimeOffset() == counted.AsOf));
    }

    [Fact]
    public async Task List_Months_HasThoseWithARunLatestFirst()
    {
        var months = await Http.GetFromJsonAsync<JsonElement>("api/invoicing?limit=1", Token);

        var latest = Assert.Single(months.GetProperty("data").EnumerateArray());
        Assert.Equal((InvoicingDriver.Month, "completed"), (latest.GetProperty("month").GetString(), latest.GetProperty("run_status").GetString()));
        Assert.Equal(JsonValueKind.Null, months.GetProperty("next_cursor").ValueKind);
        Assert.Empty((await Http.GetFromJsonAsync<JsonElement>($"api/invoicing?cursor={InvoicingDriver.Month}", Token)).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Get_MonthWithoutRun_SaysNotStarted()
    {
        var report = await Http.GetFromJsonAsync<JsonElement>("api/invoicing/2020-02", Token);

        Assert.Equal(("not_started", 0), (InvoicingDriver.StatusOf(report), report.GetProperty("invoices").GetInt32()));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("run").ValueKind);
        using var retried = await Http.PostAsync("api/invoicing/2020-02/retry_lookups", null, Token);
        Assert.Equal("""{"enqueued":0,"amounts":[],"dry_run":false}""", await retried.Content.ReadAsStringAsync(Token));
        using var previewed = await Http.PostAsync("api/invoicing/2020-02/retry_emails?dry_run=true", null, Token);
        Assert.Equal("""{"enqueued":0,"amounts":[],"dry_run":true}""", await previewed.Content.ReadAsStringAsync(Token));
        using var unclear = await Http.PostAsync("api/invoicing/2020-02/retry_emails?dry_run=perhaps", null, Token);
        await AssertProblemAsync(unclear, HttpStatusCode.BadRequest, "dry_run");
        Assert.Equal("month,", (await Http.GetStringAsync("api/invoicing/2020-02/report.csv", Token))[..6]);
    }

    [Fact]
    public async Task Get_MonthThatIsDone_HasAllFields()
    {
        var report = await fixture.Driver.ReportAsync();

        Assert.Equal(
            ["month", "status", "waiting_for", "started_at", "finished_at", "duration_seconds", "progress", "invoices", "statuses", "currencies", "run", "summary", "as_of"],
            report.EnumerateObject().Select(property => property.Name));
        Assert.Equal((45, 100.0), (report.GetProperty("invoices").GetInt32(), report.GetProperty("progress").GetProperty("percent").GetDouble()));
        Assert.Equal(report.GetProperty("duration_seconds").GetDouble(), (report.GetProperty("finished_at").GetDateTimeOffset() - report.GetProperty("started_at").GetDateTimeOffset()).TotalSeconds, 0.1);
        Assert.Equal(("127.0.0.1", "completed"), (report.GetProperty("run").GetProperty("requested_by").GetString(), report.GetProperty("run").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Invoices_PageByPage_HasEachOnceAndFiltersByStatus()
    {
        var all = await ListAsync("");
        var free = await ListAsync("&status=no_charge");
        var both = await ListAsync("&status=no_charge,sent");

        Assert.Equal(45, all.Select(invoice => invoice.GetProperty("customer_id").GetString()).Distinct().Count());
        Assert.InRange(free.Count, 5, 40);
        Assert.All(free, invoice => Assert.Equal("The amount is zero.", invoice.GetProperty("reason").GetString()));
        Assert.Equal(45, both.Count);
        var sent = all.First(invoice => invoice.GetProperty("status").GetString() == "sent");
        var expected = fixture.Driver.Amounts.AmountOf(sent.GetProperty("customer_id").GetString()!, InvoicingDriver.Month);
        Assert.Equal($$"""{"amount":{{expected.Amount}},"currency":"usd"}""", sent.GetProperty("amount").GetRawText());
    }

    [Fact]
    public async Task Report_OfAStatus_HasTheInvoicesOfTheListAndNoOthers()
    {
        var free = await ListAsync("&status=no_charge");

        using var response = await Http.GetAsync($"api/invoicing/{InvoicingDriver.Month}/report.csv?status=no_charge,delivery_unknown", Token);

        var rows = DownloadedCsv.Read(await response.Content.ReadAsByteArrayAsync(Token)).Records();
        Assert.Equal(free.Select(invoice => invoice.GetProperty("customer_id").GetString()), rows.Select(row => row["customer_id"]));
        Assert.Equal($"invoicing-{InvoicingDriver.Month}-no_charge-delivery_unknown.csv", response.Content.Headers.ContentDisposition?.FileName);
    }

    [Theory]
    [InlineData("invoices?status=nonsense", "status")]
    [InlineData("invoices?status=Sent", "status")]
    [InlineData("invoices?limit=0", "limit")]
    [InlineData("report.csv?status=nonsense", "status")]
    public async Task Invoices_WrongQuery_IsRefused(string query, string field)
    {
        using var response = await Http.GetAsync($"api/invoicing/{InvoicingDriver.Month}/{query}", Token);

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, field);
    }

    [Fact]
    public async Task PostRuns_TwiceAtOnceAndWithAKey_StartsOneRun()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.Driver.StartRunAsync()));
        Assert.Single(ids.Distinct());
        await fixture.Driver.EndAsync();

        var keyed = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"api/invoicing/{InvoicingDriver.Month}/runs") { Headers = { { "Idempotency-Key", "k1" } } };
            using var response = await Http.SendAsync(request, Token);
            keyed.Add((await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!);
            await fixture.Driver.EndAsync();
        }

        Assert.Single(keyed.Distinct());
        Assert.NotEqual(ids[0], keyed[0]);
        Assert.Equal(45, fixture.Driver.Amounts.Calls.Total);
    }

    private Task<IReadOnlyList<JsonElement>> ListAsync(string query) =>
        PagesDriver.ItemsAsync(Http, $"api/invoicing/{InvoicingDriver.Month}/invoices?limit=7{query}");

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string mentions)
    {
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(mentions, body, StringComparison.Ordinal);
    }
}
