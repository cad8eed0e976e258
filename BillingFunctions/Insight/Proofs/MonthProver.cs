using BillingFunctions.Platform;
using BillingFunctions.Platform.Proving;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Insight.Proofs;

/// <summary>Has each capability prove its part of a month.</summary>
public sealed class MonthProver(IServiceProvider services)
{
    /// <summary>The lines of all parts, in their order.</summary>
    internal async Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var lines = new List<ProofLine>();
        foreach (var source in services.GetServices<IProofSource>())
        {
            lines.AddRange(await source.ProveAsync(month, cancellationToken));
        }

        return lines;
    }
}
