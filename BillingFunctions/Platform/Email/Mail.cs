namespace BillingFunctions.Platform.Email;

/// <summary>A mail to one receiver.</summary>
/// <param name="MessageId">The <c>Message-ID</c> without brackets; the same for the same mail, so that a receiver can tell a repetition.</param>
/// <param name="To">One bare address, such as <c>ada@example.com</c>.</param>
/// <param name="Subject">One line; line breaks in it become spaces.</param>
/// <param name="Text">The body as plain text.</param>
public sealed record Mail(string MessageId, string To, string Subject, string Text)
{
    /// <summary>The receiver's name, to be shown beside the address; any text, or null.</summary>
    public string? ToName { get; init; }

    /// <summary>The body as a web page, for readers who can show one; null when there is only the text.</summary>
    public string? Html { get; init; }
}
