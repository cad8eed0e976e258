using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Salesforce;

/// <summary>How a <see cref="SalesforceSimulator"/> behaves; the defaults are those of an organization without records.</summary>
public sealed record SalesforceSimulatorOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The id of the client that may get access tokens.</summary>
    public string ClientId { get; init; } = "3MVG9_simulator";

    /// <summary>The secret of that client.</summary>
    public string ClientSecret { get; init; } = "simulator";

    /// <summary>The id of the organization, with 18 characters.</summary>
    public string OrganizationId { get; init; } = SalesforceId.Of("00D", 1);

    /// <summary>How long an access token lives after it was used last.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The types of records.</summary>
    public IReadOnlyList<SalesforceObject> Objects { get; init; } = DefaultObjects.All;

    /// <summary>To what times such as <c>SystemModstamp</c> are cut; Salesforce itself cuts them to seconds, so that more records share one.</summary>
    public TimeSpan TimeResolution { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How many records a page of a query has, unless the call asks for 200 to 2,000 in <c>Sforce-Query-Options</c>.</summary>
    public int QueryPageSize { get; init; } = 2000;

    /// <summary>How many calls any 24 hours may have.</summary>
    public int DailyLimit { get; init; } = 100_000;

    /// <summary>How many calls a shorter time may have; null is no limit.</summary>
    public RateLimit? WindowLimit { get; init; }

    /// <summary>Where the randomness of faults begins: the same seed gives the same faults call by call.</summary>
    public int FaultSeed { get; init; }

    /// <summary>How many outbound messages are sent at a time; 1 keeps their order as long as nothing fails.</summary>
    public int MessageConcurrency { get; init; } = 4;

    /// <summary>Where the randomness of <see cref="WebhookDisorder"/> begins.</summary>
    public int MessageSeed { get; init; }

    /// <summary>How many of the latest calls <see cref="CallLog"/> keeps.</summary>
    public int RecordedCalls { get; init; } = 100_000;
}
