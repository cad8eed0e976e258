namespace BillingFunctions.Platform.Shadow;

/// <summary>Something that was not done because shadow mode is on.</summary>
/// <param name="Kind">Where it would have been done.</param>
/// <param name="Operation">What would have been done.</param>
/// <param name="Subject">Our id of what it is about: an item, an invoice, a customer, a task or an export.</param>
/// <param name="Key">The same for the same call: its idempotency key, or a mail's <c>Message-ID</c>. What several actions have in common is one call.</param>
public sealed record ShadowAction(ShadowKind Kind, ShadowOperation Operation, string Subject, string Key)
{
    /// <summary>When it was recorded first.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How much it is about; null when it is about no money.</summary>
    public Money? Amount { get; init; }

    /// <summary>The month that is billed, <c>yyyy-MM</c>; null when it is about none.</summary>
    public string? Month { get; init; }

    /// <summary>What would have been changed there, or who would have got it: an id, an address, or the host of a URL.</summary>
    public string? Target { get; init; }

    /// <summary>What would have been sent, in short: no secret, and no text of a mail.</summary>
    public string? Detail { get; init; }
}

/// <summary>Where something is done. Stored by name.</summary>
public enum ShadowKind
{
    /// <summary>At Stripe.</summary>
    Stripe,

    /// <summary>In Salesforce.</summary>
    Salesforce,

    /// <summary>A mail.</summary>
    Mail,

    /// <summary>A POST to an address that somebody has given.</summary>
    Http,

    /// <summary>In a connected system that has no kind of its own; the key begins with its name.</summary>
    Connector,
}

/// <summary>What is done. Stored by name.</summary>
public enum ShadowOperation
{
    CreateCustomer,
    UpdateCustomer,
    DeleteCustomer,
    CreateInvoice,
    UpdateInvoice,
    FinalizeInvoice,
    SendInvoice,
    DeleteInvoice,
    AddLines,
    UpdateLines,
    RemoveLines,
    CreateCreditNote,
    SendMail,
    PostNotice,
}
