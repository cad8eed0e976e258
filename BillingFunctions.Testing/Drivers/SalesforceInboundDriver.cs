using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Salesforce;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays the Functions host, in this process, for what comes in from Salesforce. What it makes necessary elsewhere stays on the queues of the connectors.</summary>
internal sealed class SalesforceInboundDriver : IAsyncDisposable
{
    public const string Secret = "notice_present";

    private readonly ServiceProvider _services;
    private readonly QueueServiceClient _queues;

    private SalesforceInboundDriver(string storage, SalesforceSimulator salesforce, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        (Salesforce, _queues) = (salesforce, Storage.Queues(storage));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Storage.Tables(storage));
        services.AddSingleton(_queues);
        services.AddStripe();
        services.AddFailedJobs();
        services.AddWebhooks();
        services.AddCustomers();
        services.AddConnectors();
        services.AddSingleton<CapabilityStates>();
        _services = services.BuildServiceProvider();
    }

    public SalesforceSimulator Salesforce { get; }

    /// <summary>What is sent to storage; a call that is spoiled is not repeated.</summary>
    public StorageFake Storage { get; } = new(HttpPipelinePosition.PerCall);

    /// <summary>What the app has logged.</summary>
    public FakeLogCollector Log { get; } = new();

    public CustomerDirectory Customers => Get<CustomerDirectory>();

    public FailedJobStore FailedJobs => Get<FailedJobStore>();

    public ConnectorStates States => Get<ConnectorStates>();

    /// <summary>How often records were asked for.</summary>
    public int Queries => Salesforce.Calls.Count("/query");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SalesforceInboundDriver> StartAsync(string storage, SalesforceSimulator salesforce, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>();
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("BillingStorage", "set"), ("Stripe__ApiKey", "sk_test_1"), ("Stripe__ApiBase", "http://127.0.0.1:9"), .. Settings(salesforce), .. settings])
        {
            all[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        var driver = new SalesforceInboundDriver(storage, salesforce, all);
        foreach (var item in driver._services.GetServices<StorageItem>().Distinct())
        {
            await (item.Kind switch
            {
                StorageKind.Table => driver.Get<TableServiceClient>().CreateTableIfNotExistsAsync(item.Name, Token),
                StorageKind.Queue => (Task)driver._queues.GetQueueClient(item.Name).CreateIfNotExistsAsync(cancellationToken: Token),
                _ => Task.CompletedTask,
            });
        }

        driver.Storage.Reset();
        return driver;
    }

    /// <summary>The settings of an app that is connected to a simulator.</summary>
    public static (string Name, string Value)[] Settings(SalesforceSimulator salesforce)
    {
        var defaults = new SalesforceSimulatorOptions();
        return
        [
            ("Salesforce__InstanceUrl", salesforce.BaseUrl),
            ("Salesforce__ClientId", defaults.ClientId),
            ("Salesforce__ClientSecret", defaults.ClientSecret),
            ("Salesforce__OrganizationId", salesforce.OrganizationId),
            ("Salesforce__NoticeSecret", $"notice_past, {Secret}"),
            ("Salesforce__RateLimit", "1000/1"),
        ];
    }

    public T Get<T>()
        where T : class => _services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Sends a request to the webhook.</summary>
    /// <returns>Its answer.</returns>
    public async Task<(int Status, string? Type, string Body)> PostAsync(
        string body, string? contentType = "text/xml; charset=utf-8", string from = "127.0.0.1", params (string Name, string Value)[] headers)
    {
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = _services };
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Request.ContentType = contentType;
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Response.Body = answer;
        foreach (var (name, value) in headers)
        {
            http.Request.Headers[name] = value;
        }

        var result = await Get<SalesforceWebhookFunction>().RunAsync(http.Request, Token);
        await result.ExecuteAsync(http);
        return (http.Response.StatusCode, http.Response.ContentType, Encoding.UTF8.GetString(answer.ToArray()));
    }

    /// <summary>Reads what has changed, as the timer does.</summary>
    public Task ReadChangesAsync() => Get<ReadSalesforceChangesFunction>().RunAsync(new TimerInfo(), Token);

    /// <summary>Reads the records of a notice, as its message does.</summary>
    public Task ReadNoticeAsync(params IReadOnlyList<string> ids) => ReadAsync(new SalesforceNotice(ids));

    public Task ReadAsync(SalesforceNotice notice) => Get<ReadSalesforceNoticesFunction>().RunAsync(notice, Token);

    /// <summary>The messages on the queue of notices; those that are hidden are only counted.</summary>
    public async Task<(IReadOnlyList<SalesforceNotice> Visible, int Count)> NoticesAsync()
    {
        var visible = (await _queues.GetQueueClient(SalesforceNotice.Queue).PeekMessagesAsync(32, Token)).Value;
        return ([.. visible.Select(Read)], await CountAsync(SalesforceNotice.Queue));

        static SalesforceNotice Read(PeekedMessage message) => JsonSerializer.Deserialize<SalesforceNotice>(message.Body)!;
    }

    /// <summary>How many messages a connector has, hidden ones too.</summary>
    public Task<int> ToSendAsync(string connector) => CountAsync(ConnectorSet.QueueNameOf(connector));

    /// <summary>The watermark of the changes that were read.</summary>
    public async Task<DateTimeOffset?> WatermarkAsync() => (await States.ChangeAsync(SalesforceRecords.System, _ => null, Token)).Watermark;

    public Task SetAsync(Func<ConnectorState, ConnectorState> change) => States.ChangeAsync(SalesforceRecords.System, change, Token);

    /// <summary>Gives a customer of ours a name, and notes that it was written to Salesforce, as a sender does when it is answered.</summary>
    public async Task WroteAsync(string id, string recordId, string name, DateTimeOffset ended)
    {
        var changes = new Dictionary<string, string?> { [CustomerContent.NameField] = name };
        var known = new Customer { Id = id, LastEvent = EventVersion.None, Origin = Customer.FromApi };
        await Customers.ChangeAsync(id, "test", stored => SnapshotMerge.Change(stored ?? known, changes, TimeProvider.System.GetUtcNow().AddHours(-2)), Token);
        var written = new CustomerSnapshot
        {
            System = SalesforceRecords.System,
            RemoteId = recordId,
            OurId = id,
            Content = CustomerContent.Empty.With(changes),
            Covers = Get<SalesforceRecords>().Covers,
            ChangedAt = ended,
            Write = new CompletedWrite(changes, "digest", ended, ended),
            Cause = SalesforceRecords.System,
        };
        await Customers.HearAsync(written, Token);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<int> CountAsync(string queue) => (await _queues.GetQueueClient(queue).GetPropertiesAsync(Token)).Value.ApproximateMessagesCount;
}
