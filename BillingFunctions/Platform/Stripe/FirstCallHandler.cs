namespace BillingFunctions.Platform.Stripe;

/// <summary>
/// Lets the first call of a process to Stripe go alone. It finds the address, opens a connection and has its way compiled, which may take half a second: calls with later permits would
/// arrive together with it, more of them at once than the limit allows.
/// </summary>
/// <param name="first">The first call; one for all handlers of the process.</param>
internal sealed class FirstCallHandler(FirstCall first) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        first.IsOver ? base.SendAsync(request, cancellationToken) : first.RunAsync(() => base.SendAsync(request, cancellationToken), cancellationToken);
}

/// <summary>Whether the first call has been made, answered or not.</summary>
internal sealed class FirstCall(TimeProvider time)
{
    /// <summary>How long the others wait for it: one that hangs must not hold up all.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    public bool IsOver => _over.Task.IsCompleted;

    /// <summary>Makes a call: at once if it is the first, else when that is over.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            try
            {
                return await call();
            }
            finally
            {
                _over.TrySetResult();
            }
        }

        try
        {
            await _over.Task.WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _over.TrySetResult();
        }

        return await call();
    }
}
