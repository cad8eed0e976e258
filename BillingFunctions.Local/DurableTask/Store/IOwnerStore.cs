namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>Where it is written which process owns something.</summary>
internal interface IOwnerStore
{
    Task<OwnerRecord?> FindOwnerAsync(CancellationToken cancellationToken);

    /// <summary>Writes the owner; a null version means that there must be none.</summary>
    /// <returns>The record with its new version; null when somebody else has written.</returns>
    Task<OwnerRecord?> TryWriteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken);

    Task DeleteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken);
}
