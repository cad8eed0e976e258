using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Simulators.Salesforce.Limits;
using BillingFunctions.Simulators.Salesforce.Messages;
using BillingFunctions.Simulators.Salesforce.Queries;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Resources;
using BillingFunctions.Simulators.Salesforce.Sessions;
using BillingFunctions.Simulators.Webhooks;
using Microsoft.AspNetCore.Builder;

namespace BillingFunctions.Simulators.Salesforce;

/// <summary>A Salesforce organization that runs in this process and speaks HTTP on 127.0.0.1.</summary>
public sealed class SalesforceSimulator : IAsyncDisposable
{
    // Addresses may be longer than Kestrel's default, as with a query of many ids; Salesforce refuses longer ones too
    private const int LongestRequestLine = 16_384;

    private readonly WebApplication _app;
    private readonly AccessTokens _tokens;
    private readonly CancellationTokenSource _stopping = new();

    private SalesforceSimulator(WebApplication app, SalesforceSimulatorOptions options)
    {
        _app = app;
        OrganizationId = options.OrganizationId;
        _tokens = new AccessTokens(options.OrganizationId, options.SessionTimeout, options.Time);
        Calls = new CallLog(options.RecordedCalls, options.Time);
        Limits = new OrgLimits { DailyMax = options.DailyLimit, Window = options.WindowLimit };
        Faults = new SalesforceFaults(options.FaultSeed);
        var store = new RecordStore(options.Objects, options.TimeResolution, options.Time);
        Records = new SalesforceRecords(store, PersonId);
        var message = new SoapMessage(store, OrganizationId, ApiUserId, () => BaseUrl);
        var dispatcher = new WebhookDispatcher(options.MessageConcurrency, options.MessageSeed, options.Time);
        Messages = new OutboundMessages(store, message, ApiUserId, dispatcher);
        Map(store, options);
    }

    /// <summary>What a client takes as the instance's address, without a slash at the end.</summary>
    public string BaseUrl => _app.Urls.First();

    /// <summary>The id of the organization, with 18 characters.</summary>
    public string OrganizationId { get; }

    /// <summary>Whom the API writes records for.</summary>
    public string ApiUserId { get; } = SalesforceId.Of("005", 1);

    /// <summary>Who writes records in Salesforce's own pages, see <see cref="Records"/>.</summary>
    public string PersonId { get; } = SalesforceId.Of("005", 2);

    /// <summary>What was called, when, and how it ended.</summary>
    public CallLog Calls { get; }

    /// <summary>The limits, which may be changed at any time.</summary>
    public OrgLimits Limits { get; }

    /// <summary>What goes wrong, which may be changed at any time.</summary>
    public SalesforceFaults Faults { get; }

    /// <summary>The records as somebody sees and changes them in Salesforce's own pages.</summary>
    public SalesforceRecords Records { get; }

    /// <summary>Where changes of records are told, and how badly.</summary>
    public OutboundMessages Messages { get; }

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SalesforceSimulator> StartAsync(SalesforceSimulatorOptions options, CancellationToken cancellationToken)
    {
        var app = LoopbackServer.Build(options.Port, limits => limits.MaxRequestLineSize = LongestRequestLine);
        var simulator = new SalesforceSimulator(app, options);
        await app.StartAsync(cancellationToken);
        return simulator;
    }

    /// <summary>Ends all sessions: the access tokens given so far are refused with 401 from now on.</summary>
    public void RevokeTokens() => _tokens.RevokeAll();

    /// <summary>Stops at once; calls under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Messages.DisposeAsync();
        await LoopbackServer.CutOffAsync(_app);
        _stopping.Dispose();
    }

    private void Map(RecordStore store, SalesforceSimulatorOptions options)
    {
        var api = new SalesforceApi(
            _app, new SalesforcePipeline(_tokens, Limits, Faults, Calls, ApiUserId, options.Time, _stopping.Token));
        var writer = new RecordWriter(Faults.Records);
        new TokenResource(_tokens, options, () => BaseUrl).MapTo(api);
        new CollectionResource(store, writer).MapTo(api);
        new RecordResource(store, writer).MapTo(api);
        new QueryResource(store, options.QueryPageSize).MapTo(api);
        new LimitResource(Limits).MapTo(api);
        api.MapUnknown();
    }
}
