using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Calls;

namespace BillingFunctions.Tests.UsageBilling;

/// <summary>Usage whose host and worker are killed: it waits for the sweeper, which waits for two minutes of silence, so other tests run beside it.</summary>
public sealed class UsageCrashTests(AzuriteFixture azurite)
{
    private const string AddLines = "/add_lines";
    private const int Items = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One is killed after Stripe has done what it was asked for and before that is noted; of the other the items are stored and the message is not sent.</summary>
    [Fact]
    public async Task Sync_KilledAfterStripesEffectAndBeforeTheMessage_SendsEachItemOnceAndClosesWithProof()
    {
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = null, EndpointLimit = null }, Token);
        var storage = azurite.NewAccount();

        // One message at a time: while one is held up by Stripe, the next waits in its queue.
        await using var app = await BillingApp.StartAsync(
            storage, stripe, ("Sync__Finalize", "finalize"), ("AzureFunctionsJobHost__extensions__queues__batchSize", "1"), ("AzureFunctionsJobHost__extensions__queues__newBatchThreshold", "0"));
        var (sent, stored) = (await NewAccountAsync(app, "Sent"), await NewAccountAsync(app, "Stored"));
        stripe.Faults.FailAlways(AddLines, Fault.Slow);

        await AddItemsAsync(app, sent);
        await Poll.UntilAsync(() => Task.FromResult(LinesOf(stripe, sent).Count), lines => lines > 0, Patience);
        await AddItemsAsync(app, stored);
        await app.KillAsync();
        await LoseMessagesAsync(storage);
        Assert.Empty(LinesOf(stripe, stored));
        stripe.Faults.Heal(AddLines);
        await app.StartAsync();

        foreach (var account in new[] { sent, stored })
        {
            var usage = await Poll.UntilAsync(() => UsageOfAsync(app, account), usage => usage.Pending.Items == 0, Patience);
            Assert.Equal(Items, usage.Synced.Items);
            Assert.Equal("closed", await CloseAsync(app, account));
            Assert.Equal(Enumerable.Range(1, Items).Select(number => (long)number), LinesOf(stripe, account).Values.Order());
            Assert.All(stripe.Invoices.All.Where(invoice => IsOf(invoice.Metadata, account)), invoice => Assert.Equal("open", invoice.Status));
        }

        Assert.Empty((await app.Http.GetFromJsonAsync<JsonElement>("api/failed_jobs", Token)).GetProperty("data").EnumerateArray());
    }

    /// <summary>With its customer at Stripe, so that the items are all that is left to send.</summary>
    private static async Task<UsageAccount> NewAccountAsync(BillingApp app, string name)
    {
        var account = await UsageAccount.CreateAsync(Client(app), name, TimeProvider.System.GetUtcNow(), Token);
        await Poll.UntilAsync(
            () => app.Http.GetFromJsonAsync<JsonElement>($"api/organizations/{account.OrganizationId}", Token), organization => organization.GetProperty("stripe_customer_id").ValueKind == JsonValueKind.String, Patience);
        return account;
    }

    private static Task AddItemsAsync(BillingApp app, UsageAccount account) => UsageAccount.AddAllAsync(
        Client(app), [.. Enumerable.Range(1, Items).Select(number => new NewUsageItem(number, "requests", TimeProvider.System.GetUtcNow(), account.InvoiceId))], Token);

    private static Task<UsageTotals> UsageOfAsync(BillingApp app, UsageAccount account) => account.ReadAsync(Client(app), Token);

    /// <summary>What a process that dies between a transaction and its message leaves: no message.</summary>
    private static async Task LoseMessagesAsync(string storage)
    {
        foreach (var queue in new[] { OrganizationDue.ItemsQueue, OrganizationDue.GroupsQueue })
        {
            await new QueueClient(storage, queue).ClearMessagesAsync(Token);
        }
    }

    /// <returns>The invoice's status when it is not closing any more.</returns>
    private static async Task<string?> CloseAsync(BillingApp app, UsageAccount account)
    {
        (await app.Http.PostAsync($"api/invoices/{account.InvoiceId}/close", null, Token)).EnsureSuccessStatusCode();
        var closed = await Poll.UntilAsync(
            () => app.Http.GetFromJsonAsync<JsonElement>($"api/invoices/{account.InvoiceId}", Token), invoice => invoice.GetProperty("status").GetString() != "closing", Patience);
        return closed.GetProperty("status").GetString();
    }

    /// <summary>The amounts of an account's lines at Stripe by item; fails when one is there twice.</summary>
    private static Dictionary<string, long> LinesOf(StripeSimulator stripe, UsageAccount account) => stripe.Invoices.All
        .Where(invoice => IsOf(invoice.Metadata, account)).SelectMany(invoice => invoice.Lines).ToDictionary(line => line.Metadata[LineCalls.ItemKey], line => line.Amount);

    private static bool IsOf(IReadOnlyDictionary<string, string> metadata, UsageAccount account) => metadata.GetValueOrDefault(InvoiceCalls.InvoiceKey) == account.InvoiceId;

    private static ApiClient Client(BillingApp app) => new(app.Http, TimeProvider.System);
}
