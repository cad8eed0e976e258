using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;
using NCrontab;

namespace BillingFunctions.Invoicing;

/// <summary>The <c>Invoicing__…</c> settings.</summary>
public sealed class InvoicingOptions : IValidatableObject
{
    public const string Section = "Invoicing";

    public const string ScheduleSetting = $"{Section}__{nameof(Schedule)}";

    internal const decimal DefaultMaxNotFoundShare = 0.05m;

    private const string DefaultRetryDelays = "00:00:30,00:02:00,00:10:00,01:00:00,06:00:00";

    /// <summary>When last month's run starts, NCRONTAB in UTC. The host reads it for the timer trigger, so a default in the worker would have no effect.</summary>
    public string? Schedule { get; set; }

    /// <summary>How many messages may wait for lookups and mails together, those that wait for a retry included; 10 to 100,000.</summary>
    public int MaxQueueDepth { get; set; } = 500;

    /// <summary>The largest share of a month's invoices, 0 to 1, of which a 404 of the amount API is believed to mean that nothing is owed. Fewer than 20 are believed always.</summary>
    public decimal MaxNotFoundShare { get; set; } = DefaultMaxNotFoundShare;

    /// <summary><c>Hold</c> (default) holds a mail whose delivery is unknown for an operator; <c>Resend</c> sends it again.</summary>
    public string? OnUnknownDelivery { get; set; }

    /// <summary>How long to wait after each failed attempt, comma-separated, <c>hh:mm:ss</c>; the attempt after the last wait is the last. 30 s, 2 min, 10 min, 1 h, 6 h when empty.</summary>
    public string? RetryDelays { get; set; }

    internal UnknownDelivery UnknownDelivery => TryParse(OnUnknownDelivery, out var policy) ? policy : throw Invalid(nameof(OnUnknownDelivery));

    internal IReadOnlyList<TimeSpan> Delays => TryParseDelays(RetryDelays, out var delays) ? delays : throw Invalid(nameof(RetryDelays));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrWhiteSpace(Schedule) && CrontabSchedule.TryParse(Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is null)
        {
            yield return new ValidationResult($"Invoicing__Schedule is '{Schedule}'; it must be an NCRONTAB expression of six fields (second minute hour day month weekday), such as 0 0 6 2 * *.", [nameof(Schedule)]);
        }

        if (MaxQueueDepth is < 10 or > 100_000)
        {
            yield return new ValidationResult($"Invoicing__MaxQueueDepth is {MaxQueueDepth}; it must be from 10 to 100000.", [nameof(MaxQueueDepth)]);
        }

        if (MaxNotFoundShare is < 0 or > 1)
        {
            yield return new ValidationResult(
                string.Create(CultureInfo.InvariantCulture, $"Invoicing__MaxNotFoundShare is {MaxNotFoundShare}; it must be a share from 0 to 1, such as 0.05."), [nameof(MaxNotFoundShare)]);
        }

        if (!TryParse(OnUnknownDelivery, out _))
        {
            yield return new ValidationResult($"Invoicing__OnUnknownDelivery is '{OnUnknownDelivery}'; it must be Hold or Resend.", [nameof(OnUnknownDelivery)]);
        }

        if (!TryParseDelays(RetryDelays, out _))
        {
            yield return new ValidationResult($"Invoicing__RetryDelays is '{RetryDelays}'; it must be times up to a day, comma-separated, such as 00:00:30,00:02:00.", [nameof(RetryDelays)]);
        }
    }

    private static bool TryParse(string? text, out UnknownDelivery policy)
    {
        policy = UnknownDelivery.Hold;
        return string.IsNullOrEmpty(text) || (Enum.TryParse(text, ignoreCase: true, out policy) && Enum.IsDefined(policy) && !char.IsAsciiDigit(text[0]));
    }

    /// <summary>A bare number is refused, because the framework would read it as days.</summary>
    private static bool TryParseDelays(string? text, out IReadOnlyList<TimeSpan> delays)
    {
        var parsed = (string.IsNullOrEmpty(text) ? DefaultRetryDelays : text).Split(',').Select(ParseDelay).ToList();
        delays = [.. parsed.OfType<TimeSpan>()];
        return delays.Count == parsed.Count;
    }

    private static TimeSpan? ParseDelay(string text) =>
        text.Contains(':') && TimeSpan.TryParseExact(text.Trim(), "c", CultureInfo.InvariantCulture, out var delay) && delay > TimeSpan.Zero && delay <= TimeSpan.FromDays(1)
            ? delay
            : null;

    private static OptionsValidationException Invalid(string setting) => new(Section, typeof(InvoicingOptions), [$"Not allowed: {Section}__{setting}"]);
}

/// <summary>What becomes of a mail whose delivery is unknown, because the session broke before the mail server confirmed it.</summary>
public enum UnknownDelivery
{
    /// <summary>It waits for an operator: the customer gets at most one mail.</summary>
    Hold = 0,

    /// <summary>It is sent again: the customer gets at least one mail.</summary>
    Resend = 1,
}

[OptionsValidator]
internal sealed partial class InvoicingOptionsValidator : IValidateOptions<InvoicingOptions>;
