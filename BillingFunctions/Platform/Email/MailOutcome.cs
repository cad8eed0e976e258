namespace BillingFunctions.Platform.Email;

/// <summary>What became of a mail.</summary>
/// <param name="Result">Whether the mail server has it.</param>
/// <param name="Reason">Why it is not simply sent, without secrets; null when it is.</param>
public sealed record MailOutcome(MailResult Result, string? Reason)
{
    private const int MaxReason = 500;

    /// <summary>The code of the mail server's reply (RFC 5321, section 4.2); null when none came that counts.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>What the mail server said when it took the mail, such as the id in its queue; null when it is not sent.</summary>
    public string? Receipt { get; init; }

    internal static MailOutcome Sent { get; } = new(MailResult.Sent, Reason: null);

    internal static MailOutcome SentWith(string receipt) => Sent with { ReplyCode = 250, Receipt = Line(receipt) };

    /// <summary>Taken as sent, and recorded instead.</summary>
    internal static MailOutcome Shadowed { get; } = new(MailResult.Sent, "Shadow mode: not sent.");

    internal static MailOutcome RefusedForNow(string reason) => new(MailResult.RefusedForNow, Line(reason));

    internal static MailOutcome Refused(string reason) => new(MailResult.Refused, Line(reason));

    internal static MailOutcome Unknown(string reason) => new(MailResult.Unknown, Line(reason));

    private static string Line(string reason) => MailText.Header(reason, MaxReason);
}

/// <summary>Whether a mail server has taken a mail.</summary>
public enum MailResult
{
    /// <summary>The server has said that it has the mail; or, with a reason, it counts as sent in shadow mode.</summary>
    Sent,

    /// <summary>The server does not have it, but may take it later: it said so (4xx), or could not be reached or talked to.</summary>
    RefusedForNow,

    /// <summary>The server does not have it and never will: it said so (5xx), or the address is none.</summary>
    Refused,

    /// <summary>The mail was on its way and no answer came: the server may have it or not, and nobody here can tell.</summary>
    Unknown,
}
