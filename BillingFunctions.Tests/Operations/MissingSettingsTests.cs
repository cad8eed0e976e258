using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Operations;

/// <summary>The app with its settings missing, a few at a time since a start is slow, as processes with nothing but what is set.</summary>
public sealed class MissingSettingsTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Capabilities that are off, each with the setting that it lacks and a route of it; none for what has no route.</summary>
    public static TheoryData<(string Capability, string Setting, string Method, string Route)[]> Capabilities => new()
    {
        new (string, string, string, string)[]
        {
            ("exports", "Stripe__ApiKey", "GET", "api/exports"),
            ("usage_billing", "Stripe__ApiKey", "GET", "api/organizations"),
            ("connector_stripe", "Stripe__ApiKey", "POST", "api/customers"),
            ("reconciler", "Stripe__ApiKey", "POST", "api/webhook_events/reconcile"),
            ("invoice_mails", "Email__From", "POST", "api/invoicing/2026-01/retry_emails"),
        },
        new (string, string, string, string)[]
        {
            ("webhooks", "Stripe__WebhookSecrets", "POST", "api/webhooks/stripe"),
            ("connector_salesforce", "Salesforce__InstanceUrl", "POST", "api/webhooks/salesforce"),
            ("invoice_mails", "Email__Smtp__Host", "POST", "api/invoicing/2026-01/retry_emails"),
        },
        new (string, string, string, string)[] { ("invoicing", "Amounts__BaseUrl", "GET", "api/invoicing/2026-01"), ("invoicing_timer", "Invoicing__Schedule", "", "") },
    };

    [Theory]
    [MemberData(nameof(Capabilities))]
    public async Task Start_SettingsAreMissing_TheirCapabilitiesAreOffAndTheOthersServe((string Capability, string Setting, string Method, string Route)[] capabilities)
    {
        using var folder = new TemporaryFolder();
        await using var host = Start(folder, [.. capabilities.Select(capability => capability.Setting).Distinct().Select(setting => (setting, ""))]);
        using var http = new HttpClient { BaseAddress = await host.ListeningAsync() };

        // Storage that many tests use at once may be slow to answer for a moment, which is unhealthy too.
        using var answer = await Poll.UntilAsync(() => http.GetAsync("api/v1/health", Token), answer => answer.IsSuccessStatusCode);
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        foreach (var (capability, setting, method, route) in capabilities)
        {
            var check = health.GetProperty("checks").GetProperty(capability);
            Assert.Equal(("off", setting), (check.GetProperty("status").GetString(), check.GetProperty("missing")[0].GetString()));
            await AssertRefusedAsync(http, setting, method, route);
        }

        foreach (var served in new[] { "api/uploads", "api/customers", "api/webhook_events", "api/failed_jobs", "api/audit" })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(served, Token)).StatusCode);
        }

        // What other capabilities keep of a customer is read while they are off.
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("api/customers/cus_none/invoices", Token)).StatusCode);
        Assert.DoesNotContain(
            host.Output.Split('\n'), line => line.Contains("fail:", StringComparison.Ordinal) && !line.Contains("HealthCheckService", StringComparison.Ordinal));
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

    /// <summary>The host reads the schedule, and the worker the rest.</summary>
    [Theory]
    [InlineData("BillingStorage=nonsense")]
    [InlineData("Invoicing__Schedule=monthly")]
    [InlineData("Stripe__ApiKey=nonsense", "Amounts__BaseUrl=amounts", "Email__From=nobody", "Retention__WebhookEvents=1")]
    public async Task Start_ValuesAreWrong_StopsAndNamesTheSettings(params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var wrong = settings.Select(setting => setting.Split('=')).Select(pair => (Name: pair[0], Value: pair[1])).ToArray();
        await using var host = Start(folder, wrong);

        await Assert.ThrowsAsync<InvalidOperationException>(host.ListeningAsync);
        Assert.NotEqual(0, await host.ExitCodeAsync());
        Assert.All(wrong, setting => Assert.Contains(setting.Name, host.Output, StringComparison.Ordinal));
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
        string[] names = ["stripe-events", "customer-uploads", "invoice-lookups", "invoice-emails", "notices"];

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
