namespace BillingFunctions.Local.Functions;

/// <summary>What starts the functions of a kind of trigger, from the start of the host to its end.</summary>
internal interface ITriggerListener
{
    /// <summary>Begins to invoke the functions; when it returns, the first event may arrive.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Starts nothing more and waits for what runs until <paramref name="cancellationToken"/> is cancelled.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
