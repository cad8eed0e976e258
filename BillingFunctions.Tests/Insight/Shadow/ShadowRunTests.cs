using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Insight.Shadow;

/// <summary>An app for real and one in shadow mode, which have played the same.</summary>
public sealed class ShadowRunFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal ShadowWorld Real { get; private set; } = null!;

    internal ShadowWorld Shadow { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var worlds = await Task.WhenAll(ShadowWorld.StartAsync(azurite, isShadow: false), ShadowWorld.StartAsync(azurite, isShadow: true));
        (Real, Shadow) = (worlds[0], worlds[1]);
        await Task.WhenAll(worlds.Select(world => world.PlayAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await Real.DisposeAsync();
        await Shadow.DisposeAsync();
    }
}

public sealed class ShadowRunTests(ShadowRunFixture fixture, AzuriteFixture azurite) : IClassFixture<ShadowRunFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ShadowWorld Real => fixture.Real;

    private ShadowWorld Shadow => fixture.Shadow;

    [Fact]
    public async Task Decisions_OnTheSameInput_AreTheSame()
    {
        var (real, shadow) = (await Real.InvoicesAsync(), await Shadow.InvoicesAsync());

        Assert.Equal(ShadowWorld.Customers, real.Count(invoice => invoice.Status is "sent" or "no_charge"));
        Assert.Contains(real, invoice => invoice.Status == "sent");
        Assert.Contains(real, invoice => invoice.Status == "no_charge");
        Assert.Equal(real, shadow);
        Assert.Equal(Decided(Real.UsageItems), Decided(Shadow.UsageItems));
        Assert.Equal(("closed", "closed"), (Real.UsageInvoice.GetProperty("status").GetString(), Shadow.UsageInvoice.GetProperty("status").GetString()));
        Assert.Equal(Results(Real.Tasks), Results(Shadow.Tasks));
        Assert.Equal(CustomerOf(await Real.Api.GetAsync("api/customers/c1")), CustomerOf(await Shadow.Api.GetAsync("api/customers/c1")));
        Assert.Equal(0, (await Shadow.Api.GetAsync("api/failed_jobs")).Body.GetProperty("data").GetArrayLength());

        static IEnumerable<string> Decided(IReadOnlyList<JsonElement> items) => items.Select(item => $"{item.GetProperty("product")} {item.GetProperty("amount")} {item.GetProperty("sync_status")}").Order(StringComparer.Ordinal);
        static IEnumerable<string> Results(IReadOnlyList<JsonElement> tasks) => tasks.Select(task => string.Join(' ', task.GetProperty("connectors").EnumerateArray().Select(part => $"{part.GetProperty("connector")} {part.GetProperty("status")} {part.GetProperty("attempts")}")));
        static (string?, string?, string?) CustomerOf(ApiAnswer answer) => (answer.Text("name"), answer.Text("email"), answer.Text("status"));
    }

    [Fact]
    public void InShadowMode_NoCallWritesAndNoMailGoesOut()
    {
        Assert.Contains(Real.Stripe.Calls.Latest, call => call.Endpoint.StartsWith("POST ", StringComparison.Ordinal));
        Assert.Contains(Real.Salesforce.Calls.Latest, call => call.Endpoint.StartsWith("PATCH ", StringComparison.Ordinal));
        Assert.NotEmpty(Real.Smtp.Mails);

        // The health check asks for the address alone, by GET.
        Assert.All(Shadow.Stripe.Calls.Latest.Where(call => call.Path != "/"), call => Assert.StartsWith("GET ", call.Endpoint, StringComparison.Ordinal));
        Assert.All(Shadow.Salesforce.Calls.Latest, call => Assert.True(call.Endpoint.StartsWith("GET ", StringComparison.Ordinal) || call.Path == "/services/oauth2/token", call.Endpoint));
        Assert.Equal(0, Shadow.Smtp.Sessions);
    }

    [Fact]
    public async Task Actions_AreWhatTheOtherOneHasDone()
    {
        var actions = (await Shadow.ActionsAsync()).ToLookup(action => $"{action.GetProperty("kind")} {action.GetProperty("operation")}");

        Assert.Equal(Real.Smtp.Received.Count, actions["mail send_mail"].Count());
        Assert.Equal(
            (await Real.InvoicesAsync()).Where(invoice => invoice.Status == "sent").Select(invoice => $"{invoice.Id} {invoice.Amount} {invoice.Currency}"),
            actions["mail send_mail"].Select(mail => $"{mail.GetProperty("subject")} {MoneyOf(mail)}").Order(StringComparer.Ordinal));
        Assert.Equal(Real.Stripe.Calls.Count("POST /v1/customers"), actions["stripe create_customer"].Count());
        Assert.Equal(Real.Stripe.Calls.Count("POST /v1/customers/{id}"), actions["stripe update_customer"].Count());
        Assert.Equal(Real.Stripe.Calls.Count("POST /v1/invoices"), actions["stripe create_invoice"].Count());
        Assert.Equal(Real.Stripe.Calls.Count("/update_lines"), actions["stripe update_lines"].Count());
        Assert.Equal(ShadowWorld.Items, actions["stripe add_lines"].Count());
        var invoice = Assert.Single(Real.Stripe.Invoices.All, invoice => invoice.Metadata.ContainsKey("billing_invoice_id"));
        Assert.Equal($"{invoice.Lines.Sum(line => line.Amount)} usd", MoneyOf(Assert.Single(actions["stripe finalize_invoice"])));
        Assert.Equal(Real.Salesforce.Calls.Records("/composite"), actions["salesforce create_customer"].Concat(actions["salesforce update_customer"]).Count());

        var totals = (await Shadow.Api.GetAsync("api/shadow/summary")).Body.GetProperty("totals").EnumerateArray().ToDictionary(total => $"{total.GetProperty("kind")} {total.GetProperty("operation")}", total => total.GetProperty("actions").GetInt32());
        Assert.Equal(actions.ToDictionary(group => group.Key, group => group.Count()), totals);
    }

    [Fact]
    public async Task Comparison_WithWhatTheOtherOneHasDone_IsTheSameButForWhatWasChanged()
    {
        var sent = (await Real.InvoicesAsync()).Where(invoice => invoice.Status == "sent").ToList();
        var rows = sent.Select(invoice => $"{invoice.Id},send_mail,{invoice.Amount},{invoice.Currency},{InvoicingDriver.Month}").ToList();
        var equal = await CompareAsync(rows);
        rows[0] = $"{sent[0].Id},send_mail,{long.Parse(sent[0].Amount, CultureInfo.InvariantCulture) + 1},{sent[0].Currency},{InvoicingDriver.Month}";
        rows[1] = $"nobody,send_mail,5,usd,{InvoicingDriver.Month}";
        var other = await CompareAsync(rows);

        Assert.Equal((sent.Count, 0, 0, 0), CountsOf(equal.Body));
        Assert.Equal((sent.Count - 2, 1, 1, 1), CountsOf(other.Body));
        var compared = await Shadow.ActionsAsync($"&compare={other.Id}");
        Assert.Equal(sent.Count + 1, compared.Count);
        Assert.Equal(
            [$"{sent[0].Id} amount_differs", $"{sent[1].Id} only_here", "nobody only_there"],
            compared.Where(action => action.GetProperty("result").GetString() != "same").Select(action => $"{action.GetProperty("subject")} {action.GetProperty("result")}").Order(StringComparer.Ordinal));
        Assert.Equal("nobody", Assert.Single(await Shadow.ActionsAsync($"&compare={other.Id}&result=only_there")).GetProperty("subject").GetString());
        Assert.Equal(2, (await Shadow.ActionsAsync($"&compare={other.Id}&subject={sent[0].Id}")).Single().GetProperty("other").GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Comparison_WithARowThatIsWrong_IsRefusedWithItsLine()
    {
        var refused = await CompareAsync(["42,send_mail,1,usd,", "43,send_mail,12.50,usd,"]);

        Assert.Equal(422, refused.Status);
        Assert.Equal(["line 3"], refused.Fields);
        Assert.Equal(404, (await Shadow.Api.GetAsync("api/shadow/actions?compare=cmp_019ac3f2b7c17e9d82a60b1f3c5d7e90")).Status);
    }

    [Fact]
    public async Task Mode_IsShownByHealthInvoicesAndEachPage()
    {
        var health = (await Shadow.Api.GetAsync("api/health")).Text("mode");
        var invoices = (await Shadow.Api.GetAsync($"api/invoicing/{InvoicingDriver.Month}/invoices?status=sent")).Body.GetProperty("data").EnumerateArray();

        Assert.Equal(("shadow", "live"), (health, (await Real.Api.GetAsync("api/health")).Text("mode")));
        Assert.All(invoices, invoice => Assert.Equal("Shadow mode: not sent.", invoice.GetProperty("reason").GetString()));
        foreach (var page in new[] { "", "invoicing", "customers" })
        {
            Assert.Contains("Shadow mode", await Shadow.App.Http.GetStringAsync($"dashboard/{page}", Token), StringComparison.Ordinal);
            Assert.DoesNotContain("Shadow mode", await Real.App.Http.GetStringAsync($"dashboard/{page}", Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_ForRealOnTheStorageOfShadowMode_StopsAndSaysWhy()
    {
        var storage = azurite.NewAccount();
        var tables = new TableServiceClient(storage);
        await tables.CreateTableIfNotExistsAsync(StorageMode.Table, Token);
        await tables.GetTableClient(StorageMode.Table).AddEntityAsync(new TableEntity("mode", "mode") { ["Mode"] = "shadow" }, Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["AzureWebJobsStorage"] = storage, ["BillingStorage"] = storage, ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated" };
        await using var host = LocalHostProcess.Start(folder.Path, settings, "--no-demo", "--no-services", "--port", "0");

        await Assert.ThrowsAsync<InvalidOperationException>(host.ListeningAsync);

        Assert.NotEqual(0, await host.ExitCodeAsync());
        Assert.Contains("has the state of shadow mode", host.Output, StringComparison.Ordinal);
    }

    private static string MoneyOf(JsonElement action) => $"{action.GetProperty("amount").GetProperty("amount")} {action.GetProperty("amount").GetProperty("currency").GetString()}";

    private static (int Same, int OnlyHere, int OnlyThere, int AmountDiffers) CountsOf(JsonElement comparison) =>
        (comparison.GetProperty("same").GetInt32(), comparison.GetProperty("only_here").GetInt32(), comparison.GetProperty("only_there").GetInt32(), comparison.GetProperty("amount_differs").GetInt32());

    private async Task<ApiAnswer> CompareAsync(IEnumerable<string> rows)
    {
        using var content = new StringContent("customer_id,operation,amount,currency,month\n" + string.Join('\n', rows), Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using var answer = await Shadow.App.Http.PostAsync("api/shadow/comparisons", content, Token);
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity, await answer.Content.ReadAsStringAsync(Token));
        return new ApiAnswer((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement, answer.Headers.Location?.ToString(), Tag: null);
    }
}
