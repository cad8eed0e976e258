namespace BillingFunctions.LocalHost.Client;

/// <summary>How the sync of usage to Stripe is doing.</summary>
/// <param name="Mode"><c>realtime</c> or <c>batched</c>.</param>
/// <param name="QueueSize">How many items are on their way to Stripe.</param>
/// <param name="GroupSize">How many items of an organization go together; 1 in real time.</param>
/// <param name="Budget">What is left of Stripe's limit.</param>
internal sealed record UsageSync(string Mode, long QueueSize, int GroupSize, UsageSync.CallBudget Budget)
{
    public const string Path = "api/sync";

    public static Task<UsageSync> ReadAsync(ApiClient app, CancellationToken cancellationToken) => app.GetAsync<UsageSync>(Path, cancellationToken);

    /// <param name="of">How many items are to be sent in all.</param>
    public JobProgress HowFar(int of) => new(
        100 * (1 - Math.Min(1, (double)QueueSize / of)),
        FormattableString.Invariant($"{Mode}, {QueueSize:N0} queued, groups of {GroupSize}, {Budget.Left} of {Budget.Limit} calls left"));

    /// <param name="Limit">Calls and seconds, such as <c>20/1</c>.</param>
    /// <param name="Left">How many calls the present window has room for.</param>
    internal sealed record CallBudget(string Limit, int Left);
}
