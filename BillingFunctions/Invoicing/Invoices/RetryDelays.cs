using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>How long lookups and mails wait after a failed attempt. Up to a fifth longer or shorter by chance, so that what failed together does not come again together.</summary>
public sealed class RetryDelays(IOptions<InvoicingOptions> options)
{
    private const double Jitter = 0.2;

    private readonly IReadOnlyList<TimeSpan> _delays = options.Value.Delays;

    /// <summary>How many attempts there are.</summary>
    public int MaxAttempts => _delays.Count + 1;

    /// <summary>How long to wait for the next attempt; null when there is none.</summary>
    /// <param name="attempts">How many attempts have failed, at least 1.</param>
    public TimeSpan? After(int attempts) => attempts <= _delays.Count ? Spread(_delays[attempts - 1]) : null;

    /// <summary>What to do with a mail whose sender has died: after the last attempt a person decides, whatever the settings say.</summary>
    public UnknownDelivery PolicyFor(MonthlyInvoice sending, UnknownDelivery setting) => After(sending.EmailAttempts + 1) is null ? UnknownDelivery.Hold : setting;

    /// <summary>About so long.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Chance only keeps messages apart.")]
    public static TimeSpan Spread(TimeSpan delay) => delay * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));
}
