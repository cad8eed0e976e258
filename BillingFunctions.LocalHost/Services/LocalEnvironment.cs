namespace BillingFunctions.LocalHost.Services;

/// <summary>What stands around the app: the services that it uses, and those that were started for it.</summary>
internal sealed class LocalEnvironment : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = [];
    private readonly List<LocalService> _services = [];
    private readonly List<Action<Uri>> _whenListening = [];

    /// <summary>What the app uses, for the banner.</summary>
    public IReadOnlyList<LocalService> Services => _services;

    /// <summary>Whether Stripe is the simulator with its sample customers.</summary>
    public bool HasSampleData { get; set; }

    public void Add(LocalService service, IAsyncDisposable? started = null)
    {
        _services.Add(service);
        if (started is not null)
        {
            _started.Push(started);
        }
    }

    /// <summary>Adds something to be done with the app's address as soon as it listens.</summary>
    public void WhenListening(Action<Uri> action) => _whenListening.Add(action);

    /// <summary>Does what waits for the app to listen.</summary>
    public void Listening(Uri address) => _whenListening.ForEach(action => action(address));

    /// <summary>Stops what was started, last first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            await started.DisposeAsync();
        }
    }
}
