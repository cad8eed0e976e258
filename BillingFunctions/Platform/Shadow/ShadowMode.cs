using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Shadow;

/// <summary>
/// Shadow mode, as the places ask for it where something leaves the app. They record there what they would have done, and answer as if it were done; what is above them does not know
/// of it.
/// </summary>
/// <param name="options">Whether it is on.</param>
/// <param name="actions">Where actions are recorded; null only where it is off.</param>
public sealed class ShadowMode(IOptions<ShadowOptions> options, ShadowActions? actions)
{
    /// <summary>Ordinary operation, for what is made by hand.</summary>
    internal static ShadowMode Off { get; } = new(Options.Create(new ShadowOptions()), actions: null);

    /// <summary>Whether nothing may leave the app.</summary>
    internal bool IsOn => options.Value.Enabled;

    /// <summary>Records what is not done. Those that are recorded already stay as they are.</summary>
    internal Task RecordAsync(CancellationToken cancellationToken, params IEnumerable<ShadowAction> recorded) => actions!.AddAsync(recorded, cancellationToken);
}
