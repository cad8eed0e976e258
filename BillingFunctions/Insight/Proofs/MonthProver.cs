using BillingFunctions.Platform;
using BillingFunctions.Platform.Proving;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Insight.Proofs;

/// <summary>Has each capability prove its part of a month.</summary>
public sealed class MonthProver(IServiceProvider services)
{
    private readonly IReadOnlyList<IProofSource> _sources = [.. services.GetServices<IProofSource>()];

    /// <summary>How many parts there are.</summary>
    internal int Parts => _sources.Count;

    /// <param name="month">The month.</param>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, int part, CancellationToken cancellationToken) => _sources[part].ProveAsync(month, cancellationToken);
}
