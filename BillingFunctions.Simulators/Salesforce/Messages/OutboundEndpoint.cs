namespace BillingFunctions.Simulators.Salesforce.Messages;

/// <summary>Where outbound messages of one object are sent, as a workflow rule or a flow sends them.</summary>
/// <param name="Url">Takes a POST of SOAP; only a 2xx that holds <c>&lt;Ack&gt;true&lt;/Ack&gt;</c> counts as accepted.</param>
public sealed record OutboundEndpoint(Uri Url)
{
    /// <summary>The object whose records are watched. Salesforce sends no message when one is deleted.</summary>
    public string Object { get; init; } = "Account";

    /// <summary>The organization that the messages name, with 18 characters; null takes the simulator's own.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The fields to send besides the id; empty sends all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether changes that come over the API are sent too, as Salesforce does unless the rule leaves its user out.</summary>
    public bool IncludesApi { get; init; } = true;
}

/// <summary>Where signed JSON notices about one object are sent, as code in the customer's organization could send them.</summary>
/// <param name="Url">Takes a POST; only 2xx counts as accepted.</param>
/// <param name="Secret">What the notices are signed with, see <see cref="NoticeSignature"/>.</param>
public sealed record NoticeEndpoint(Uri Url, string Secret)
{
    /// <summary>The object whose records are watched, deleted ones too.</summary>
    public string Object { get; init; } = "Account";

    /// <summary>How often a notice is tried; a callout from Apex is not repeated unless the customer's code does so.</summary>
    public int MostAttempts { get; init; } = 1;

    /// <inheritdoc cref="OutboundEndpoint.IncludesApi"/>
    public bool IncludesApi { get; init; } = true;
}
