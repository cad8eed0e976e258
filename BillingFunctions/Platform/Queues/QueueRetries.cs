using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Queues;

/// <summary>The <c>Queues__{queue}__…</c> settings: how often what a queue is for is tried, each queue by itself.</summary>
public sealed class QueueRetries : IValidatableObject
{
    /// <summary>The queues of the sync of usage.</summary>
    public const string Usage = "usage";

    /// <summary>The reason of each attempt is kept until the last.</summary>
    private const int MaxMaxAttempts = 20;

    /// <summary>What the names of the queues of connectors begin with.</summary>
    private const string Connector = "connector-";

    /// <summary>By the name in the setting, such as <c>usage</c>.</summary>
    public Dictionary<string, QueueRetrySettings> Queues { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The policy of a queue.</summary>
    /// <param name="queue">Its name in the settings.</param>
    /// <param name="attempts">How many attempts there are when the settings do not say.</param>
    /// <param name="backoff">How long to wait after each failed attempt when the settings do not say; the last one counts for all that follow.</param>
    internal RetryPolicy For(string queue, int attempts, params IReadOnlyList<TimeSpan> backoff)
    {
        // App Service on Linux takes no hyphen in the name of a setting.
        var given = Queues.GetValueOrDefault(queue) ?? Queues.GetValueOrDefault(queue.Replace('-', '_'));
        return new RetryPolicy(given?.MaxAttempts ?? attempts, given?.Backoff is { Length: > 0 } text && TryParse(text, out var delays) ? delays : backoff);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (queue, given) in Queues)
        {
            if (!queue.Equals(Usage, StringComparison.OrdinalIgnoreCase) && !queue.Replace('_', '-').StartsWith(Connector, StringComparison.OrdinalIgnoreCase))
            {
                yield return new ValidationResult($"Queues__{queue}__… is set, and there are no such queues; queues are {Usage}, and {Connector} with the name of a connector, such as {Connector}stripe.");
            }

            if (given.MaxAttempts is < 1 or > MaxMaxAttempts)
            {
                yield return new ValidationResult($"Queues__{queue}__MaxAttempts is {given.MaxAttempts}; it must be from 1 to {MaxMaxAttempts}.");
            }

            if (given.Backoff is { Length: > 0 } text && !TryParse(text, out _))
            {
                yield return new ValidationResult($"Queues__{queue}__Backoff is '{text}'; it must be times from 00:00:01 to 23:59:59, comma-separated, such as 00:00:10,00:01:00.");
            }
        }
    }

    /// <summary>A bare number is refused: the framework would take it for days.</summary>
    private static bool TryParse(string text, out IReadOnlyList<TimeSpan> delays)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        delays = [.. parts.Select(part => TimeSpan.TryParseExact(part, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var delay) ? delay : TimeSpan.Zero)];
        return delays.All(delay => delay >= TimeSpan.FromSeconds(1));
    }
}

/// <summary>The settings of one queue.</summary>
public sealed class QueueRetrySettings
{
    /// <summary>How many attempts there are, 1 to 20.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>How long to wait after each failed attempt, <c>hh:mm:ss</c>, comma-separated; the last one counts for all that follow.</summary>
    public string? Backoff { get; set; }
}

/// <summary>How often something is tried.</summary>
/// <param name="MaxAttempts">How many attempts there are.</param>
/// <param name="Backoff">How long to wait after each failed one; the last counts for all that follow.</param>
public sealed record RetryPolicy(int MaxAttempts, IReadOnlyList<TimeSpan> Backoff)
{
    /// <summary>How long to wait after so many failed attempts.</summary>
    public TimeSpan After(int attempts) => Backoff[Math.Clamp(attempts, 1, Backoff.Count) - 1];
}

[OptionsValidator]
internal sealed partial class QueueRetriesValidator : IValidateOptions<QueueRetries>;
