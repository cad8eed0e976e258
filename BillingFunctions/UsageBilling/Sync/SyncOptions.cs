using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>The <c>Sync__…</c> settings.</summary>
public sealed class SyncOptions : IValidatableObject
{
    public const string Section = "Sync";

    private const int DefaultRealTimeBelow = 95;

    /// <summary><c>adaptive</c> (default): items go to Stripe one by one while few are queued, and in groups while many are. <c>realtime</c>: always one by one. <c>scheduled</c>: in groups, in a daily window.</summary>
    public string? Mode { get; set; }

    /// <summary>From how many queued items on they go in groups, 1 to 1,000,000.</summary>
    public int GroupAbove { get; set; } = 1000;

    /// <summary>Below how many queued items they go one by one again, 1 to <see cref="GroupAbove"/>; 95 when not set, about what a minute's calls can send, or <see cref="GroupAbove"/> when that is less.</summary>
    public int? RealTimeBelow { get; set; }

    /// <summary>How many lines an invoice at Stripe may have, 1 to 10,000; Stripe allows 250, and more to some accounts.</summary>
    public int MaxLinesPerInvoice { get; set; } = 250;

    /// <summary>What becomes of an invoice at Stripe whose lines are as they should be: it stays a <c>draft</c> (default), or is <c>finalize</c>d, or finalised and <c>send</c> to the customer.</summary>
    public string? Finalize { get; set; }

    /// <summary>When items are sent with <c>scheduled</c>, UTC, <c>HH:mm-HH:mm</c>; over midnight when the end is before the beginning. 00:00-04:00 when empty.</summary>
    public string? Window { get; set; }

    internal int RealTimeBound => RealTimeBelow ?? Math.Min(DefaultRealTimeBelow, GroupAbove);

    internal SyncSchedule Schedule => Read<SyncSchedule>(Mode, nameof(Mode));

    internal Finalization Finalization => Read<Finalization>(Finalize, nameof(Finalize));

    internal DailyWindow DailyWindow => DailyWindow.TryParse(Window, out var window) ? window : throw Invalid(nameof(Window));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryRead<SyncSchedule>(Mode, out _))
        {
            yield return new ValidationResult($"Sync__Mode is '{Mode}'; it must be adaptive, realtime or scheduled.", [nameof(Mode)]);
        }

        if (GroupAbove is < 1 or > 1_000_000)
        {
            yield return new ValidationResult($"Sync__GroupAbove is {GroupAbove}; it must be from 1 to 1000000.", [nameof(GroupAbove)]);
        }

        if (RealTimeBound < 1 || RealTimeBound > GroupAbove)
        {
            yield return new ValidationResult($"Sync__RealTimeBelow is {RealTimeBound}; it must be from 1 to Sync__GroupAbove, which is {GroupAbove}.", [nameof(RealTimeBelow)]);
        }

        if (MaxLinesPerInvoice is < 1 or > 10_000)
        {
            yield return new ValidationResult($"Sync__MaxLinesPerInvoice is {MaxLinesPerInvoice}; it must be from 1 to 10000.", [nameof(MaxLinesPerInvoice)]);
        }

        if (!TryRead<Finalization>(Finalize, out _))
        {
            yield return new ValidationResult($"Sync__Finalize is '{Finalize}'; it must be draft, finalize or send.", [nameof(Finalize)]);
        }

        if (!DailyWindow.TryParse(Window, out _))
        {
            yield return new ValidationResult($"Sync__Window is '{Window}'; it must be two different times of the day, UTC, such as 00:00-04:00.", [nameof(Window)]);
        }
    }

    private static T Read<T>(string? text, string setting)
        where T : struct, Enum => TryRead<T>(text, out var value) ? value : throw Invalid(setting);

    private static bool TryRead<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return string.IsNullOrEmpty(text) || (text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value));
    }

    private static OptionsValidationException Invalid(string setting) => new(Section, typeof(SyncOptions), [$"Not allowed: {Section}__{setting}"]);
}

/// <summary>When items are sent.</summary>
public enum SyncSchedule
{
    Adaptive = 0,
    Realtime = 1,
    Scheduled = 2,
}

/// <summary>What becomes of an invoice at Stripe when it is closed.</summary>
internal enum Finalization
{
    Draft = 0,
    Finalize = 1,
    Send = 2,
}

/// <summary>A time of each day, UTC.</summary>
internal readonly record struct DailyWindow(TimeOnly From, TimeOnly Until)
{
    public static bool TryParse(string? text, out DailyWindow window)
    {
        window = new DailyWindow(TimeOnly.MinValue, new TimeOnly(4, 0));
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var ends = text.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !TryParseTime(ends[0], out var from) || !TryParseTime(ends[1], out var until) || from == until)
        {
            return false;
        }

        window = new DailyWindow(from, until);
        return true;
    }

    /// <summary>Now, when it is open; else the moment at which it opens.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset now)
    {
        var time = TimeOnly.FromTimeSpan(now.UtcDateTime.TimeOfDay);
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + From.ToTimeSpan();
        return time.IsBetween(From, Until) ? now : today > now ? today : today.AddDays(1);
    }

    private static bool TryParseTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}

[OptionsValidator]
internal sealed partial class SyncOptionsValidator : IValidateOptions<SyncOptions>;
