namespace BillingFunctions.Connectors.Salesforce;

/// <summary>A call to Salesforce that has not done what it was to do. It is about the call as a whole, not about one of its records.</summary>
/// <param name="message">What happened, for people, without secrets.</param>
/// <param name="failure">What it means.</param>
/// <param name="retryAt">When a call that was turned away may be made again.</param>
internal sealed class SalesforceException(string message, SalesforceFailure failure, DateTimeOffset? retryAt = null) : Exception(message)
{
    public SalesforceFailure Failure => failure;

    public DateTimeOffset? RetryAt => retryAt;
}

/// <summary>What a failed call means.</summary>
internal enum SalesforceFailure
{
    /// <summary>It was not made, because of our own limit.</summary>
    TurnedAway,

    /// <summary>Salesforce did not answer, or said that it cannot just now.</summary>
    Unavailable,

    /// <summary>The org has used up its calls.</summary>
    LimitExceeded,

    /// <summary>Salesforce does not take the call, whatever is in it: the settings or the rights of the app are wrong.</summary>
    Refused,
}
