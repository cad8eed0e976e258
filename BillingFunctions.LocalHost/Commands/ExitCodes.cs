namespace BillingFunctions.LocalHost.Commands;

/// <summary>What a script learns from a command.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It was not done: refused, out of reach, broken down, or asked for wrongly.</summary>
    public const int Failed = 1;

    /// <summary>It was done, but somebody has to look at a part of it.</summary>
    public const int NeedsAPerson = 2;

    /// <summary>By Ctrl+C or SIGTERM; 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
