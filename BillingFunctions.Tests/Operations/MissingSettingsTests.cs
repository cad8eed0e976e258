using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Operations;

/// <summary>The app with each of its settings missing in turn, as processes, with nothing but what is set.</summary>
public sealed class MissingSettingsTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The setting, and each capability that is off without it, with a route of that; none for what has no route.</summary>
    public static TheoryData<string, (string Capability, string Method, string Route)[]> Capabilities => new()
    {
        {
            "Stripe__ApiKey",
            [
                ("exports", "GET", "api/exports"),
                ("usage_billing", "GET", "api/organizations"),
                ("connector_stripe", "POST", "api/customers"),
                ("reconciler", "POST", "api/webhook_events/reconcile"),
            ]
        },
        { "Stripe__WebhookSecrets", [("webhooks", "POST", "api/webhooks/stripe")] },
        { "Salesforce__InstanceUrl", [("connector_salesforce", "POST", "api/webhooks/salesforce")] },
        { "Amounts__BaseUrl", [("invoicing", "GET", "api/invoicing/2026-01")] },
        { "Email__From", [("invoice_mails", "POST", "api/invoicing/2026-01/retry_emails")] },
        { "Email__Smtp__Host", [("invoice_mails", "POST", "api/invoicing/2026-01/retry_emails")] },
        { "Invoicing__Schedule", [("invoicing_timer", "", "")] },
    };

    [Theory]
    [MemberData(nameof(Capabilities))]
    public async Task Start_ASettingIsMissing_ItsCapabilitiesAreOffAndTheOthersServe(string setting, (string Capability, string Method, string Route)[] capabilities)
    {
        using var folder = new TemporaryFolder();
        await using var host = Start(folder, (setting, ""));
        using var http = new HttpClient { BaseAddress = await host.ListeningAsync() };

        // Storage that many tests use at once may be slow to answer for a moment, which is unhealthy too.
        using var answer = await Poll.UntilAsync(() => http.GetAsync("api/v1/health", Token), answer => answer.IsSuccessStatusCode);
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        foreach (var (capability, method, route) in capabilities)
        {
            var check = health.GetProperty("checks").GetProperty(capability);
            Assert.Equal(("off", setting), (check.GetProperty("status").GetString(), check.GetProperty("missing")[0].GetString()));
            await AssertRefusedAsync(http, setting, method, route);
        }

        foreach (var served in new[] { "api/uploads", "api/customers", "api/webhook_events", "api/failed_jobs", setting == "Stripe__ApiKey" ? "api/uploads" : "api/exports" })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(served, Token)).StatusCode);
        }

        // What other capabilities keep of a customer is read while they are off.
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("api/customers/cus_none/invoices", Token)).StatusCode);
        Assert.DoesNotContain("fail:", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoStorage_OnlyHealthAnswersAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        await using var host = Start(folder, ("BillingStorage", ""));
        using var http = new HttpClient { BaseAddress = await host.ListeningAsync() };

        using var health = await http.PostAsync("api/health", null, Token);
        using var refused = await http.GetAsync("api/uploads", Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (health.StatusCode, refused.StatusCode));
        Assert.Contains("BillingStorage", await health.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("BillingStorage", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stripe__ApiKey", "nonsense")]
    [InlineData("BillingStorage", "nonsense")]
    [InlineData("Invoicing__Schedule", "monthly")]
    [InlineData("Amounts__BaseUrl", "amounts")]
    [InlineData("Email__From", "nobody")]
    public async Task Start_AValueIsWrong_StopsAndNamesTheSetting(string setting, string value)
    {
        using var folder = new TemporaryFolder();
        await using var host = Start(folder, (setting, value));

        await Assert.ThrowsAsync<InvalidOperationException>(host.ListeningAsync);
        Assert.NotEqual(0, await host.ExitCodeAsync());
        Assert.Contains(setting, host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PoisonQueues_Garbage_EndsInTheFailedJobs()
    {
        using var folder = new TemporaryFolder();
        var storage = azurite.NewAccount();
        await using var host = Start(folder, ("AzureWebJobsStorage", storage), ("BillingStorage", storage));
        using var http = new HttpClient { BaseAddress = await host.ListeningAsync() };
        var queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        string[] garbage = ["", "not JSON", "{}", """{ "Events": [{ "Key": { "Id": "a/b", "Created": 1 } }] }"""];
        string[] names = ["stripe-events", "customer-uploads", "invoice-lookups", "invoice-emails"];

        foreach (var name in names)
        {
            await Task.WhenAll(garbage.Select(text => queues.GetQueueClient($"{name}-poison").SendMessageAsync(text, Token)));
        }

        var jobs = await Poll.UntilAsync(
            async () => (await http.GetFromJsonAsync<JsonElement>("api/failed_jobs?limit=100", Token)).GetProperty("data").EnumerateArray().ToList(),
            found => found.Count >= names.Length * garbage.Length);
        Assert.Equal(names.Length * garbage.Length, jobs.Count);
        Assert.All(jobs, job => Assert.NotEmpty(job.GetProperty("error").GetString()!));
        foreach (var name in names)
        {
            await Poll.UntilAsync(async () => (await queues.GetQueueClient($"{name}-poison").GetPropertiesAsync(Token)).Value.ApproximateMessagesCount, count => count == 0);
        }
    }

    private static async Task AssertRefusedAsync(HttpClient http, string setting, string method, string route)
    {
        if (route.Length == 0)
        {
            return;
        }

        using var refused = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), route), Token);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.Contains(setting, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private LocalHostProcess Start(TemporaryFolder folder, params (string Name, string Value)[] changed)
    {
        var storage = azurite.NewAccount();
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage,
            ["BillingStorage"] = storage,
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["Stripe__ApiKey"] = "sk_test_missing_settings",
            ["Stripe__ApiBase"] = "http://127.0.0.1:9",
            ["Stripe__WebhookSecrets"] = "whsec_test",
            ["Amounts__BaseUrl"] = "http://127.0.0.1:9",
            ["Invoicing__Schedule"] = "0 0 6 2 * *",
            ["Email__From"] = "billing@example.com",
            ["Email__Smtp__Host"] = "127.0.0.1",
        };
        foreach (var (name, value) in changed)
        {
            settings[name] = value;
        }

        return LocalHostProcess.Start(folder.Path, settings, "--no-demo", "--no-services", "--port", "0");
    }
}
