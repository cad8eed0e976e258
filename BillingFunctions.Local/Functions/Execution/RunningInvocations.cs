using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Local.Functions;

/// <summary>Cancels what still runs when the grace period after the begin of the shutdown is over.</summary>
internal sealed class RunningInvocations : IDisposable
{
    private readonly CancellationTokenSource _graceIsOver;
    private readonly CancellationTokenRegistration _stopping;

    public RunningInvocations(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        Stopping = lifetime.ApplicationStopping;
        _graceIsOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = lifetime.ApplicationStopping.Register(() => _graceIsOver.CancelAfter(GracePeriod));
    }

    /// <summary>Cancelled when the host is told to stop: from then on listeners start nothing more.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>How long an invocation may go on after the host was told to stop.</summary>
    public static TimeSpan GracePeriod { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Cancelled with <paramref name="caller"/> or at the end of the grace period; to be disposed with the invocation.</summary>
    public CancellationTokenSource Link(CancellationToken caller) => CancellationTokenSource.CreateLinkedTokenSource(caller, _graceIsOver.Token);

    public void Dispose()
    {
        _stopping.Dispose();
        _graceIsOver.Dispose();
    }
}
