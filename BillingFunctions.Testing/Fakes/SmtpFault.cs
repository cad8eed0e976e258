namespace BillingFunctions.Testing.Fakes;

/// <summary>Where in a session something goes wrong.</summary>
internal enum SmtpMoment
{
    Greeting,
    Hello,

    /// <summary>Instead of the yes to user and password.</summary>
    Authentication,
    Sender,
    Recipient,

    /// <summary>Instead of the yes to <c>DATA</c>.</summary>
    Data,

    /// <summary>After the yes to <c>DATA</c> and the headers of the mail and of its first part.</summary>
    Content,

    /// <summary>After the dot that ends the content.</summary>
    Dot,

    /// <summary>After the mail is accepted and its sender knows.</summary>
    Quit,
}

/// <summary>What goes wrong in a session.</summary>
/// <param name="Moment">Where.</param>
/// <param name="Reply">What the server says instead of what is right; null: nothing.</param>
/// <param name="Hangs">The server keeps silent before its reply; with none, it keeps the connection open instead of closing it.</param>
/// <param name="KeepsMail">At <see cref="SmtpMoment.Dot"/>: whether the mail is accepted all the same.</param>
internal sealed record SmtpFault(SmtpMoment Moment, string? Reply = null, bool Hangs = false, bool KeepsMail = false)
{
    /// <summary>How long it hangs; then it goes on as if nothing had been. Until it is released by default.</summary>
    public TimeSpan HangsFor { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the reply is right in its own way, so that the session goes on, and the mail is accepted.</summary>
    public bool IsRight { get; init; }

    /// <summary>Whether the server closes the connection after its reply.</summary>
    public bool ThenHangsUp { get; init; }

    /// <summary>What is right is said in other words.</summary>
    public static SmtpFault Say(SmtpMoment moment, string reply) => new(moment, reply) { IsRight = true };

    public static SmtpFault Refuse(SmtpMoment moment, string reply) => new(moment, reply);

    public static SmtpFault Drop(SmtpMoment moment) => new(moment);

    public static SmtpFault Hang(SmtpMoment moment) => new(moment, Hangs: true);

    /// <summary>The mail is accepted, but its sender never hears of it.</summary>
    public static SmtpFault AcceptAndDrop { get; } = new(SmtpMoment.Dot, KeepsMail: true);
}
