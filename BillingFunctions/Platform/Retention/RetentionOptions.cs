using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Retention;

/// <summary>The <c>Retention__…</c> settings: for how many days things are kept.</summary>
public sealed class RetentionOptions : IValidatableObject
{
    public const string Section = "Retention";

    /// <summary>A hundred years.</summary>
    private const int MaxDays = 36_500;

    /// <summary>Stripe lists its events for 30 days: the reconciler would take one that is gone for a new one.</summary>
    private const int MinWebhookEvents = 35;

    /// <summary>Webhook events that have been applied or ignored, from their creation; at least 35. Those that failed are kept.</summary>
    public int WebhookEvents { get; set; } = 90;

    /// <summary>Exports, uploads and imports of subscriptions, with their files, from their end, and files that shadow mode is compared with. Monthly invoicing is kept.</summary>
    public int Runs { get; set; } = 365;

    /// <summary>Answers to requests with an <c>Idempotency-Key</c>, which are not given again after a day.</summary>
    public int IdempotencyKeys { get; set; } = 2;

    /// <summary>What operators did, what was overwritten in customers, and what shadow mode has recorded. The history of a subscription is kept with it.</summary>
    public int Audit { get; set; } = 1_095;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, int Days, int Min)[] settings =
            [(nameof(WebhookEvents), WebhookEvents, MinWebhookEvents), (nameof(Runs), Runs, 1), (nameof(IdempotencyKeys), IdempotencyKeys, 1), (nameof(Audit), Audit, 1)];
        return settings.Where(setting => setting.Days < setting.Min || setting.Days > MaxDays).Select(setting => new ValidationResult(
            string.Create(CultureInfo.InvariantCulture, $"{Section}__{setting.Name} is {setting.Days}; it must be a number of days from {setting.Min} to {MaxDays}."), [setting.Name]));
    }
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

/// <summary>From when on things are kept.</summary>
public sealed class RetentionLimits(IOptions<RetentionOptions> options, TimeProvider time)
{
    public DateTimeOffset WebhookEvents => DaysAgo(options.Value.WebhookEvents);

    public DateTimeOffset Runs => DaysAgo(options.Value.Runs);

    public DateTimeOffset IdempotencyKeys => DaysAgo(options.Value.IdempotencyKeys);

    public DateTimeOffset Audit => DaysAgo(options.Value.Audit);

    private DateTimeOffset DaysAgo(int days) => time.GetUtcNow().AddDays(-days);
}
