using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Playwright;

namespace BillingFunctions.Tests.Browser;

/// <summary>A browser, and an app with its simulators that demands a key, for all tests of the dashboard.</summary>
public sealed class DashboardFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    public const string Key = "dashboard-key";

    /// <summary>How many customers there are at Stripe.</summary>
    public const int StripeCustomers = 350;

    private Chromium _chromium = null!;

    internal InvoicingDriver Invoicing { get; private set; } = null!;

    internal BillingApp App => Invoicing.App;

    internal WebhooksDriver Webhooks => new(App);

    internal UsageApiDriver Usage => new(App.Http);

    internal TableServiceClient Tables { get; private set; } = null!;

    internal QueueServiceClient Queues { get; private set; } = null!;

    internal FailedJobStore FailedJobs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.LaunchAsync();
        var storage = azurite.NewAccount();
        Invoicing = await InvoicingDriver.StartAsync(
            storage, new AmountSimulatorOptions(), faultOf: null, StripeCustomers,
            [("Keys__Default", Key), ("WEBSITE_AUTH_ENABLED", "true"), ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret), .. BillingApp.ImpatientQueues]);
        App.Http.DefaultRequestHeaders.Add("x-functions-key", Key);
        Tables = new TableServiceClient(storage);
        Queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        FailedJobs = new FailedJobStore(Tables, TimeProvider.System);
    }

    /// <summary>Opens a page of the dashboard in a new tab, with the key.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="size">Of the window; that of a desk when null.</param>
    internal async Task<DashboardTab> OpenAsync(string path, ViewportSize? size = null)
    {
        var tab = await DashboardTab.OpenAsync(_chromium, App.Http.BaseAddress!, size);
        await tab.GoToAsync(path, Key);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        await Invoicing.DisposeAsync();
        await _chromium.DisposeAsync();
    }
}

/// <summary>The classes that share the app and the browser.</summary>
[CollectionDefinition(nameof(DashboardTests))]
public sealed class DashboardTests : ICollectionFixture<DashboardFixture>;
